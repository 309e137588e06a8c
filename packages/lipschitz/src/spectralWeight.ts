import {
  customGrad,
  mul,
  sub,
  sum,
  tidy,
  variable,
  zeros,
  type GradSaveFunc,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { disposeParams, noGrad, type LinearOperator, type Module, type Rng, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { powerIteration, singularValue } from '@iresnet/spectral-norm';
import type { Bilinear } from './bilinear';

/** How a weight is held to its bound. */
export interface SpectralOptions {
  /** c: the norm of the effective weight is at most c up to the error of power iteration. Default 0.9; Infinity switches it off, and with ε = 0 all iteration. */
  readonly coefficient?: number;
  /** Relative tolerance of the power iteration. Default 1e-3. */
  readonly rtol?: number;
  /** Most power iterations after one change of the weight. Default 50. */
  readonly maxSteps?: number;
  /** ε in W / (max(1, σ/c) + ε). Default 0; the official i-ResNet code has 1e-5 for its 3×3 convolutions. */
  readonly epsilon?: number;
}

/** The linear operator that a weight W stands for, at its true spatial size. */
export interface WeightKind {
  readonly product: Bilinear;
  readonly inShape: Shape;
  readonly outShape: Shape;
}

/** A weight with a spectral norm held below a coefficient; see {@link spectralWeight}. */
export interface SpectralWeight extends Module {
  readonly params: { readonly kernel: Variable; readonly u: Variable; readonly v: Variable };
  /** W̄, what a layer must use. Taped: its gradient passes through σ with u and v constant. The caller owns it. */
  effective(): Tensor;
  /** σ of the raw weight, up to date. */
  sigma(): number;
  /** Bring u, v and σ up to date now rather than at the next use. */
  refresh(): void;
  /**
   * W ← W̄ · min(1, c/bound(W̄)), u and v with it: afterwards bound(W̄) ≤ c, exactly. `bound` is a proven upper bound of the norm, which
   * σ never is. Nothing changes when it holds already.
   */
  enforceBound(bound: (weight: Tensor) => number): void;
}

/** What a pair of vectors is known to be: the outcome of power iteration on this very kernel. */
interface Finding {
  /** Data of the kernel; null when it was never iterated. */
  readonly kernel: object | null;
  /** Data of v. */
  readonly v: object;
  readonly sigma: number;
}

/**
 * Findings by the data of u: `assign` gives a variable new data, and nothing else does. Shared by all weights, so that variables set to
 * those of another model, or back to what they were, are recognised.
 */
const findings = new WeakMap<object, Finding>();

/**
 * W̄ = W / (max(1, σ(W)/c) + ε), a weight whose spectral norm cannot be forgotten.
 *
 * Every use first looks whether u and v belong to the raw weight as it is now and, if it was assigned since (an optimizer step), continues
 * the power iteration from them, to its tolerance. Nobody has to call anything after a step. When u and v were assigned too, as by
 * loading a checkpoint, they are taken as they are, so that a reloaded model is the saved one to the last bit; when all three are set back
 * to what they once were, they are again what they were then.
 *
 * Without a bound (c = Infinity and ε = 0) nothing is iterated, but for `sigma`.
 *
 * @param kernel - Start value of W; the weight becomes its owner.
 * @param kind - What the weight stands for: a matrix, a convolution.
 * @param rng - Gives the start vector.
 */
export function spectralWeight(
  kernel: Tensor,
  kind: WeightKind,
  rng: Rng,
  options: SpectralOptions = {},
): SpectralWeight {
  const { coefficient = 0.9, rtol = 1e-3, maxSteps = 50, epsilon = 0 } = options;
  ensure(coefficient > 0, 'lipschitz.spectralWeight', () => `expected a coefficient > 0, got ${coefficient}`);
  const { product, inShape, outShape } = kind;
  const free = coefficient === Infinity && epsilon === 0;
  const params = tidy(() => ({
    kernel: variable(kernel),
    u: variable(rng.normal([1, ...outShape]), false),
    v: variable(zeros([1, ...inShape]), false),
  }));
  kernel.dispose();
  findings.set(params.u.dataId, { kernel: null, v: params.v.dataId, sigma: NaN });

  // A cold start has no last σ to compare with: iterate further than after a small change.
  const cold = { rtol: rtol / 10, maxSteps: Math.max(maxSteps, 200) };

  function sigma(): number {
    const known = findings.get(params.u.dataId);
    const own = known?.v === params.v.dataId;
    if (own && known.kernel === params.kernel.dataId) return known.sigma;
    const found = tidy(() =>
      noGrad(() => {
        const a: LinearOperator = {
          inShape,
          outShape,
          matvec: (v) => product.matvec(params.kernel, v),
          rmatvec: (u) => product.rmatvec(params.kernel, u),
        };
        if (!own && !free) return singularValue(a, params.u, params.v).dataSync()[0]!;
        const limits = own && known.kernel !== null ? { rtol, maxSteps } : cold;
        const triple = powerIteration(a, params.u, limits);
        params.u.assign(triple.u);
        params.v.assign(triple.v);
        return triple.sigma.dataSync()[0]!;
      }),
    );
    findings.set(params.u.dataId, { kernel: params.kernel.dataId, v: params.v.dataId, sigma: found });
    return found;
  }

  const refresh = (): void => {
    if (!free) sigma();
  };
  refresh();
  const weight: SpectralWeight = {
    params,
    dispose: () => disposeParams(params),
    sigma,
    refresh,
    enforceBound: (bound) => noGrad(() => tidy(() => shrink(weight, coefficient, bound))),
    effective() {
      if (free) return params.kernel.clone();
      const norm = sigma();
      const saturated = norm > coefficient;
      if (!saturated && epsilon === 0) return params.kernel.clone();
      const factor = 1 / (Math.max(1, norm / coefficient) + epsilon);
      return customGrad((w, save) => {
        (save as GradSaveFunc)([w as Tensor, params.u, params.v]);
        return {
          value: mul(w as Tensor, factor),
          gradFunc: (dy: Tensor, saved: Tensor[]) => {
            const direct = mul(dy, factor);
            if (!saturated) return direct;
            // dW̄ = f dW − (f²/c) W dσ with dσ = ⟨pairing, dW⟩.
            const [kernel, u, v] = saved as [Tensor, Tensor, Tensor];
            const along = mul(sum(mul(dy, kernel)), factor ** 2 / coefficient);
            return sub(direct, mul(along, product.pairing(u, v, kernel.rank)));
          },
        };
      })(params.kernel);
    },
  };
  return weight;
}

/** A little more than the rounding of a float32 product, so that a step of {@link shrink} does not stop just above c. */
const BELOW = 1 - 2 ** -22;

/** Assign W̄ scaled down until its bound is at most c. Rounding, or a bound that is no exact multiple, may take a second step. */
function shrink(weight: SpectralWeight, c: number, bound: (weight: Tensor) => number): void {
  for (;;) {
    const used = weight.effective(); // brings u and v up to date
    const proven = bound(used);
    // The negated form stops on NaN too.
    if (!(proven > c)) return;
    weight.params.kernel.assign(mul(used, (c / proven) * BELOW));
  }
}

import {
  customGrad,
  mul,
  sub,
  sum,
  tidy,
  variable,
  type GradSaveFunc,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import {
  disposeParams,
  expect,
  noGrad,
  type LinearOperator,
  type Module,
  type Rng,
  type Shape,
} from '@iresnet/core';
import { powerIteration, singularValue } from '@iresnet/spectral-norm';
import type { Bilinear } from './bilinear';

/** How a weight is held to its bound. */
export interface SpectralOptions {
  /** c: the norm of the effective weight is at most c up to the error of power iteration. Default 0.9; Infinity switches it off. */
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
  /**
   * W ← W̄ · min(1, c/bound(W̄)), u and v with it: afterwards bound(W̄) ≤ c, exactly. `bound` is a proven upper bound of the norm, which
   * σ never is. Nothing changes when it holds already.
   */
  project(bound: (weight: Tensor) => number): void;
}

/**
 * W̄ = W / (max(1, σ(W)/c) + ε), a weight whose spectral norm cannot be forgotten.
 *
 * Every use first looks whether the raw weight was assigned since the last one (an optimizer step, a loaded file) and, if so,
 * continues the power iteration from the stored u and v, to its tolerance. Nobody has to call anything after a step. When u and v
 * were assigned together with the weight, as by loading a checkpoint, they are taken as they are, so that a reloaded model is the
 * saved one to the last bit.
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
  expect(coefficient > 0, 'lipschitz.spectralWeight', () => `expected a coefficient > 0, got ${coefficient}`);
  const { product, inShape, outShape } = kind;
  const operator = (w: Tensor): LinearOperator => ({
    inShape,
    outShape,
    matvec: (v) => product.matvec(w, v),
    rmatvec: (u) => product.rmatvec(w, u),
  });
  // A cold start has no last σ to compare with: iterate further than after a small change.
  const start = tidy(() => {
    const found = powerIteration(operator(kernel), rng.normal([1, ...outShape]), {
      rtol: rtol / 10,
      maxSteps: Math.max(maxSteps, 200),
    });
    return { ...found, sigma: found.sigma.dataSync()[0]! };
  });
  const params = { kernel: variable(kernel), u: variable(start.u, false), v: variable(start.v, false) };
  kernel.dispose();
  start.u.dispose();
  start.v.dispose();
  let sigma = start.sigma;
  let seen = identities(params);

  function refresh(): void {
    const now = identities(params);
    if (now.kernel === seen.kernel && now.u === seen.u && now.v === seen.v) return;
    tidy(() =>
      noGrad(() => {
        const a = operator(params.kernel);
        if (now.u === seen.u && now.v === seen.v) {
          const found = powerIteration(a, params.u, { rtol, maxSteps });
          params.u.assign(found.u);
          params.v.assign(found.v);
          sigma = found.sigma.dataSync()[0]!;
        } else {
          sigma = singularValue(a, params.u, params.v).dataSync()[0]!;
        }
      }),
    );
    seen = identities(params);
  }

  const weight: SpectralWeight = {
    params,
    dispose: () => disposeParams(params),
    sigma() {
      refresh();
      return sigma;
    },
    project: (bound) => noGrad(() => tidy(() => shrink(weight, coefficient, bound))),
    effective() {
      refresh();
      const saturated = sigma > coefficient;
      if (!saturated && epsilon === 0) return params.kernel.clone();
      const factor = 1 / (Math.max(1, sigma / coefficient) + epsilon);
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

/** Which data each variable holds: `assign` gives a variable new data, and nothing else does. */
function identities(params: { kernel: Variable; u: Variable; v: Variable }) {
  return { kernel: params.kernel.dataId, u: params.u.dataId, v: params.v.dataId };
}

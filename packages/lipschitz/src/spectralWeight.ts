import {
  mul,
  sub,
  sum,
  tensor,
  tidy,
  variable,
  zeros,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import {
  customOp,
  disposeParams,
  IResNetError,
  noGrad,
  eventSize,
  type LinearOperator,
  type Module,
  type Params,
  type Rng,
} from '@iresnet/core';
import {
  checkOptions,
  checkRng,
  checkTensor,
  ensure,
  laterForms,
  markRecomputed,
  times,
  versionOf,
  type LaterForms,
} from '@iresnet/core/internal';
import { subspaceIteration, subspaceValue } from '@iresnet/spectral-norm';
import type { Impulse, OperatorFamily } from './families/operatorFamily';
import { spectralOptionNames, type SpectralOptions } from './spectralOptions';

/** A weight whose spectral norm is held below a coefficient; see {@link spectralWeight}. */
export interface SpectralWeight extends Module {
  /**
   * W; u and v of the largest singular value; `u2`, the left vectors of the next ones, unless only
   * one vector is followed.
   */
  readonly params: Params & { readonly kernel: Variable; readonly u: Variable; readonly v: Variable };
  /**
   * W̄, which a layer must use in place of W. It is taped: its gradient passes through σ with u and
   * v constant. The caller owns it.
   */
  effective(): Tensor;
  /** σ of the raw weight, up to date. */
  sigma(): number;
  /** Bring u, v and σ up to date now and not at the next use. */
  refresh(): void;
  /**
   * W ← W̄ · min(1, c/bound(W̄)), and u and v follow. Afterwards bound(W̄) ≤ c, exactly. `bound` is
   * a proven upper bound of the norm, which σ is not. Nothing changes when it holds already.
   */
  enforceBound(bound: (weight: Tensor) => number): void;
}

/** What power iteration found for one u: with which kernel and v, and σ. */
interface CachedSigma {
  /** Version of the kernel; null when it was never iterated. */
  readonly kernel: object | null;
  /** Version of v. */
  readonly v: object;
  /** Null where it was not read back. */
  readonly sigma: number | null;
}

/**
 * The version of u → the versions of the kernel and v that it was iterated with, and the σ found.
 * All weights share it, so a model that is restored from a snapshot finds its old σ.
 */
const sigmaCache = new WeakMap<object, CachedSigma>();

/**
 * W̄ = W / (max(1, σ(W)/c) + ε), a weight whose spectral norm cannot be forgotten.
 *
 * Each use compares the versions of W, u and v with those of the last iteration:
 *
 * - W alone was assigned, as by an optimizer step: power iteration goes on from u and u2, to its
 *   tolerance. Nobody has to call anything after a step.
 * - u and v were assigned too, as by loading a checkpoint: they are taken as they are, so a
 *   reloaded model equals the saved one to the last bit. Vectors that are zero, not finite or
 *   longer than 1 are not: iteration replaces them.
 * - W, u and v were restored together to earlier values: the σ of then is known, and nothing is
 *   computed.
 *
 * When the second singular value grows past the first, σ follows within a few steps, never more
 * than about 2 % low, since the second vector is followed too.
 *
 * A vector can lose its way: it stays where a new W is zero on it. So σ after an iteration is never
 * below the longest row or column of W; where it would be, iteration starts again there.
 *
 * On WebGL and WebGPU, as `useBackend` of `@iresnet/backend` starts them, σ stays on the device, so
 * that a step of training waits for no reading: two steps of one vector follow an optimizer step,
 * 30 a start. `sigma` and `enforceBound` read, which WebGPU refuses.
 *
 * Without a bound (c = Infinity and ε = 0) only `sigma` iterates.
 *
 * @param kernel - Start value of W. It is copied and stays the caller's.
 * @param family - What operator a weight stands for: `matrixFamily`,
 * `convolutionFamily(imageSize)`.
 * @param rng - Draws the start vector.
 * @param options - c, ε, and how exactly σ is found.
 * @returns The weight. The first use costs up to 200 pairs of products with A(W) and its transpose,
 * a use after a small change of W usually a few, another use none.
 * @throws IResNetError for an unknown option, a kernel that is not a float32 tensor, a missing rng,
 * or a coefficient that is not positive.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { matrixFamily, spectralWeight } from '@iresnet/lipschitz';
 *
 * const start = tf.tensor2d([[4, 0], [0, 1]]);
 * const weight = spectralWeight(start, matrixFamily, createRng(0), { coefficient: 0.5 });
 * weight.effective().print(); // [[0.5, 0], [0, 0.125]]
 * weight.params.kernel.assign(tf.tensor2d([[0.2, 0], [0, 0.1]])); // any optimizer may do this
 * weight.effective().print(); // [[0.2, 0], [0, 0.1]]: below its bound it is left alone
 * ```
 *
 * @see Miyato et al. (arXiv 1802.05957); Gouk et al. (arXiv 1804.04368).
 */
export function spectralWeight(
  kernel: Tensor,
  family: OperatorFamily,
  rng: Rng,
  options: SpectralOptions = {},
): SpectralWeight {
  const where = 'lipschitz.spectralWeight';
  checkTensor(where, 'kernel', kernel);
  ensure(
    typeof (family as Partial<OperatorFamily> | undefined)?.pairing === 'function',
    where,
    () => 'expected a family of operators such as matrixFamily',
  );
  checkRng(where, rng);
  checkOptions(where, options, spectralOptionNames);
  const { coefficient = 0.9, rtol = 1e-3, maxSteps = 50, vectors = 2, epsilon = 0 } = options;
  ensure(coefficient > 0, where, () => `expected a coefficient > 0, got ${coefficient}`);
  ensure(vectors >= 1 && vectors % 1 === 0, where, () => `expected a count of vectors, got ${vectors}`);
  const free = coefficient === Infinity && epsilon === 0;
  const params = tidy(() => {
    const { inShape, outShape } = family.at(kernel);
    const others = Math.min(vectors, eventSize(inShape), eventSize(outShape)) - 1;
    // Draws of its own, so that the start weights do not depend on the number of vectors.
    const start = (): Tensor => rng.split('u2').normal([others, ...outShape]);
    return {
      kernel: variable(kernel),
      u: variable(rng.normal([1, ...outShape]), false),
      v: variable(zeros([1, ...inShape]), false),
      ...(others > 0 && { u2: markRecomputed(variable(start(), false)) }),
    };
  });
  const remember = (kernel: object | null, sigma: number | null): void => {
    sigmaCache.set(versionOf(params.u), { kernel, v: versionOf(params.v), sigma });
  };
  remember(null, null);

  const whole = { params, family, coefficient, epsilon };
  // A cold start has no last σ to compare with, so it iterates further than after a small change.
  const cold = { rtol: rtol / 10, maxSteps: Math.max(maxSteps, 200) };

  /** σ of the present kernel, with u and v brought up to date; null where it is not read back. */
  function update(later: LaterForms | null): number | null {
    const before = sigmaCache.get(versionOf(params.u));
    const known = before?.v === versionOf(params.v) ? before : undefined;
    const follows = known?.kernel === versionOf(params.kernel);
    if (follows && (later || known!.sigma !== null)) return known!.sigma;
    const found = later
      ? later.follow(whole, known && (known.kernel ? 'small' : 'other'))
      : iterated(known, follows);
    remember(versionOf(params.kernel), found);
    return found;
  }

  const iterated = (known: CachedSigma | undefined, follows: boolean): number =>
    tidy(() =>
      noGrad(() => {
        const operator = family.at(params.kernel);
        const impulse = family.longest?.(params.kernel);
        /**
         * Whether an estimate is below a row or column: then its vectors are not those of the norm.
         */
        const isLost = (estimate: number): boolean =>
          impulse !== undefined && !(estimate * (1 + 2 * rtol) >= impulse.length);
        const given = follows || (!known && !free && isDirection(params.u) && isDirection(params.v));
        if (given) {
          return subspaceValue(operator, { u: params.u, v: params.v, rest: params.u2 });
        }
        const limits = known && known.kernel !== null ? { rtol, maxSteps } : cold;
        const rest = params.u2;
        let found = subspaceIteration(operator, { u: params.u, rest }, limits);
        if (isLost(found.sigma))
          found = subspaceIteration(operator, { u: startAt(operator, impulse!), rest }, cold);
        params.u.assign(found.u);
        params.v.assign(found.v);
        if (found.rest) params.u2!.assign(found.rest);
        return found.sigma;
      }),
    );

  const refresh = (): void => {
    if (!free) update(laterForms());
  };
  refresh();
  const weight: SpectralWeight = {
    params,
    dispose: () => disposeParams(params),
    sigma: () => update(null)!,
    refresh,
    enforceBound: (bound) => noGrad(() => tidy(() => shrink(weight, coefficient, bound))),
    effective() {
      if (free) return params.kernel.clone();
      const later = laterForms();
      const norm = update(later)!;
      if (later) return later.normalized(whole);
      const saturated = norm > coefficient;
      if (!saturated && epsilon === 0) return params.kernel.clone();
      const factor = 1 / (Math.max(1, norm / coefficient) + epsilon);
      return customOp(
        { w: params.kernel },
        () => ({
          outputs: [mul(params.kernel, factor)],
          saved: saturated ? [params.kernel, params.u, params.v] : [],
        }),
        ([dy], saved) => {
          const direct = mul(dy!, factor);
          if (!saturated) return { w: direct };
          // dW̄ = f dW − (f²/c) W dσ with dσ = ⟨pairing, dW⟩.
          const [at, u, v] = saved as [Tensor, Tensor, Tensor];
          const along = mul(sum(times(dy!, at)), factor ** 2 / coefficient);
          return { w: sub(direct, times(along, family.pairing(at, u, v))) };
        },
      )[0]!;
    },
  };
  return weight;
}

/** Whether a loaded vector has a length, and at most that of iterated ones. */
function isDirection(vector: Tensor): boolean {
  const squares = vector.dataSync<'float32'>().reduce((total, value) => total + value * value, 0);
  return squares > 0 && squares <= 1 + 1e-3;
}

/** The column of A that an impulse picks, or A times the row: a start for power iteration. */
function startAt(a: LinearOperator, { side, index }: Impulse): Tensor {
  const shape = [1, ...(side === 'in' ? a.inShape : a.outShape)];
  const values = new Float32Array(shape.reduce((product, n) => product * n));
  values[index] = 1;
  const impulse = tensor(values, shape);
  return a.matvec(side === 'in' ? impulse : a.rmatvec(impulse));
}

/**
 * A little more than the rounding of a float32 product, so that scaling down does not stop just
 * above c.
 */
export const SCALE_BELOW = 1 - 2 ** -22;

/**
 * Assign W̄ scaled down until its bound is at most c. Rounding, or a bound that is not an exact
 * multiple, may take a second step.
 */
function shrink(weight: SpectralWeight, c: number, bound: (weight: Tensor) => number): void {
  for (;;) {
    const used = weight.effective(); // brings u and v up to date
    const proven = bound(used);
    if (!Number.isFinite(proven)) {
      const what = `expected a weight with a finite bound, got ${proven}`;
      throw new IResNetError('diverged', 'lipschitz.spectralWeight', what);
    }
    if (proven <= c) return;
    weight.params.kernel.assign(mul(used, (c / proven) * SCALE_BELOW));
  }
}

import { add, tidy } from '@tensorflow/tfjs-core';
import { memoizeOnParams, noGrad, type LipschitzMap, type LogDetEstimator } from '@iresnet/core';
import { invertResidual, type FixedPointOptions } from '@iresnet/inversion';
import type { ReportingBijector } from './bijector';

/** Options of {@link residualBlock}. */
export interface ResidualBlockOptions {
  /** Estimates log|det(I + ∂g/∂x)|. */
  readonly logDet: LogDetEstimator;
  /** How the inverse is solved; the Lipschitz bound comes from g itself. */
  readonly solve?: Omit<FixedPointOptions, 'lipschitz'>;
}

/** The invertible residual block; see {@link residualBlock}. */
export interface ResidualBlock extends ReportingBijector {
  /** L, the proven Lipschitz constant of g. The block is invertible when L < 1. */
  lipschitzBound(): number;
}

/**
 * F(x) = x + g(x), invertible when L = Lip(g) < 1.
 *
 * The inverse solves x = y − g(x) by a fixed-point iteration, per sample, to a tolerance on the a-posteriori error bound; it is a
 * constant for an enclosing gradient. Its Lipschitz constant is at most 1/(1 − L), that of F at most 1 + L. When L ≥ 1 nothing is
 * guaranteed: the inverse is then accepted on its residual alone and the reported bound is Infinity.
 *
 * @param g - The residual branch, event shape to the same event shape; the block disposes it.
 * @returns `forward` costs one evaluation of g, `forwardAndLogDet` one linearization and what the estimator costs, `inverse` about ten
 * to thirty evaluations. `params` are those of g.
 * @throws IResNetError kind `not-converged` from `inverse`, unless `solve.onFailure` is `'return'`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng } from '@iresnet/core';
 * import { residualBlock } from '@iresnet/flows';
 *
 * // Any map with a proven bound will do: here g(x) = x/2.
 * const half = {
 *   params: {}, dispose() {}, lipschitzBound: () => 0.5,
 *   apply: (x: tf.Tensor) => tf.mul(0.5, x),
 *   linearize: (x: tf.Tensor) => ({
 *     y: tf.mul(0.5, x) as tf.Tensor,
 *     jacobian: { inShape: [2], outShape: [2], matvec: (v: tf.Tensor) => tf.mul(0.5, v) as tf.Tensor, rmatvec: (u: tf.Tensor) => tf.mul(0.5, u) as tf.Tensor },
 *   }),
 * };
 * const block = residualBlock(half, { logDet: (_a, like) => tf.fill([like.shape[0]!], 2 * Math.log(1.5)) });
 * block.inverse(tf.tensor2d([[3, 6]])).print(); // [[2, 4]]
 * console.log(block.forwardAndLogDet(tf.tensor2d([[2, 4]]), createRng(0)).logDet.dataSync()); // 2 ln 1.5
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function residualBlock(g: LipschitzMap, options: ResidualBlockOptions): ResidualBlock {
  const { logDet, solve = {} } = options;
  const lipschitzBound = memoizeOnParams(g.params, () => g.lipschitzBound());
  const invert = (y: Parameters<ReportingBijector['inverse']>[0]) => {
    const lipschitz = lipschitzBound();
    return noGrad(() => invertResidual(g, y, lipschitz < 1 ? { ...solve, lipschitz } : solve));
  };
  return {
    params: g.params,
    dispose: () => g.dispose(),
    lipschitzBound,
    forward: (x) => tidy(() => add(x, g.apply(x))),
    forwardAndLogDet: (x, rng) =>
      tidy(() => {
        const { y, jacobian } = g.linearize(x);
        return { y: add(x, y), logDet: logDet(jacobian, x, rng) };
      }),
    inverse: (y) => invert(y).value,
    inverseWithReport(y, yError) {
      const { value, errorBound, converged, evaluations } = invert(y);
      const growth = 1 / Math.max(0, 1 - lipschitzBound());
      return {
        x: value,
        errorBound: Float64Array.from(errorBound, (e, i) => e + (yError?.[i] ? growth * yError[i] : 0)),
        solveBound: Float64Array.from(errorBound),
        converged,
        evaluations,
      };
    },
  };
}

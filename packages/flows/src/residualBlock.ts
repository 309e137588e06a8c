import { add, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  delegate,
  functionMap,
  noGrad,
  type Bijector,
  type LipschitzMap,
  type LogDetEstimator,
  type Params,
} from '@iresnet/core';
import { ensure, memoizeOnParams } from '@iresnet/core/internal';
import { invertResidual, type FixedPointOptions } from '@iresnet/inversion';

/** Options of {@link residualBlock}. */
export interface ResidualBlockOptions {
  /** Estimates log|det(I + ∂g/∂x)|. */
  readonly logDet: LogDetEstimator;
  /** How the inverse is solved; the Lipschitz bound comes from g itself. */
  readonly solve?: Omit<FixedPointOptions, 'lipschitz'>;
}

/** Options of a block whose branch is a bare function. */
export interface FunctionBlockOptions extends ResidualBlockOptions {
  /**
   * L, a promise: ‖g(x) − g(y)‖ ≤ L‖x − y‖. The inverse reports evaluations that contradict it; nothing
   * checks it before.
   */
  readonly lipschitz: number;
  /** The variables that g computes with and that are to be trained. */
  readonly params?: Params;
}

/** The invertible residual block; see {@link residualBlock}. */
export interface ResidualBlock extends Required<Bijector> {
  /** g, the residual branch. */
  readonly branch: LipschitzMap;
  /**
   * L, the proven (or, for a bare function, promised) Lipschitz constant of g. The block is
   * invertible when L < 1.
   */
  lipschitzBound(): number;
}

/**
 * F(x) = x + g(x), invertible when L = Lip(g) < 1.
 *
 * The inverse solves x = y − g(x) by a fixed-point iteration, per sample, to a tolerance on the a-posteriori error bound; it is a
 * constant for an enclosing gradient. Its Lipschitz constant is at most 1/(1 − L), that of F at most 1 + L. When L ≥ 1 nothing is
 * guaranteed: the inverse is then accepted on its residual alone and the reported bound is Infinity.
 *
 * @param g - The residual branch, event shape to the same event shape; the block disposes it. A bare function `(x) => Tensor`, a
 * `tf.sequential` model say, needs `lipschitz` and, to be trained, `params` (see `functionMap` of `@iresnet/core`).
 * @returns `forward` costs one evaluation of g, `forwardAndLogDet` one linearization and what the estimator costs, `inverse` about ten
 * to thirty evaluations. `params` are those of g.
 * @throws IResNetError kind `not-converged` from `inverse`, and from
 * `inverseWithReport` when L < 1, unless `solve.onFailure` is `'return'`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { residualBlock } from '@iresnet/flows';
 *
 * // Any contraction will do; its Jacobian here is diagonal, so the log-determinant is a sum.
 * const block = residualBlock((x) => tf.mul(0.5, tf.tanh(x)), {
 *   lipschitz: 0.5,
 *   logDet: (a, shape) => tf.sum(tf.log1p(a.matvec(tf.ones([...shape]))), 1),
 * });
 * const y = block.forward(tf.tensor2d([[2, 4]]));
 * block.inverse(y).print(); // [[2, 4]]
 * block.forwardAndLogDet(tf.zeros([1, 2]), createRng(0)).logDet.print(); // 2 ln 1.5 = 0.811
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function residualBlock(g: LipschitzMap, options: ResidualBlockOptions): ResidualBlock;
export function residualBlock(g: (x: Tensor) => Tensor, options: FunctionBlockOptions): ResidualBlock;
export function residualBlock(
  branch: LipschitzMap | ((x: Tensor) => Tensor),
  options: ResidualBlockOptions & Partial<FunctionBlockOptions>,
): ResidualBlock {
  const { logDet, solve = {} } = options;
  const g = typeof branch === 'function' ? promisedMap(branch, options) : branch;
  const lipschitzBound = memoizeOnParams(g.params, () => g.lipschitzBound());
  const invert = (y: Tensor, onFailure: Pick<FixedPointOptions, 'onFailure'> = {}) => {
    const lipschitz = lipschitzBound();
    const proven = lipschitz < 1 ? { ...solve, lipschitz } : solve;
    return noGrad(() => invertResidual(g, y, { ...proven, ...onFailure }));
  };
  return {
    ...delegate(g),
    branch: g,
    lipschitzBound,
    forward: (x) => tidy(() => add(x, g.apply(x))),
    forwardAndLogDet: (x, rng) =>
      tidy(() => {
        const { y, jacobian } = g.linearize(x);
        return { y: add(x, y), logDet: logDet(jacobian, x.shape, rng) };
      }),
    inverse: (y) => invert(y).value,
    inverseWithReport(y, yError) {
      // Where nothing is promised, the report is the answer.
      const { value, errorBound, converged, evaluations } = invert(
        y,
        lipschitzBound() < 1 ? {} : { onFailure: 'return' },
      );
      const growth = 1 / Math.max(0, 1 - lipschitzBound());
      return {
        value,
        errorBound: errorBound.map((e, i) => e + (yError?.[i] ? growth * yError[i] : 0)),
        solveBound: errorBound,
        converged,
        evaluations,
      };
    },
  };
}

function promisedMap(
  f: (x: Tensor) => Tensor,
  { lipschitz, params }: Partial<FunctionBlockOptions>,
): LipschitzMap {
  ensure(
    lipschitz !== undefined,
    'flows.residualBlock',
    () => 'expected a promised lipschitz constant with a bare function, got none',
  );
  return functionMap(f, { lipschitz, ...(params && { params }) });
}

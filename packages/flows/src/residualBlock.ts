import { add, mul, stack, Tensor, tidy } from '@tensorflow/tfjs-core';
import {
  delegate,
  noGrad,
  type Bijector,
  type LipschitzMap,
  type LogDetEstimator,
  type Rounded,
} from '@iresnet/core';
import {
  checkOptions,
  checkParts,
  described,
  ensure,
  lengthsAbove,
  memoizeOnParams,
  readProven,
  unitRoundoff,
} from '@iresnet/core/internal';
import { invertResidual, type FixedPointOptions } from '@iresnet/inversion';
import { carried, rowsOf } from './report';

/** Options of {@link residualBlock}. */
export interface ResidualBlockOptions {
  /** Estimates log|det(I + ∂g/∂x)|, such as `exact()` of `@iresnet/logdet`. */
  readonly logDet: LogDetEstimator;
  /** How the inverse is solved. The Lipschitz bound comes from g itself. */
  readonly solve?: Omit<FixedPointOptions, 'lipschitz'>;
}

/** The invertible residual block; see {@link residualBlock}. */
export interface ResidualBlock extends Required<Bijector> {
  /** g, the residual branch. */
  readonly branch: LipschitzMap;
  /** L, the proven or promised Lipschitz constant of g. The block is invertible when L < 1. */
  lipschitzBound(): number;
}

/**
 * F(x) = x + g(x), invertible when L = Lip(g) < 1.
 *
 * The inverse solves x = y − g(x) by a fixed-point iteration for each sample, until a proven bound
 * of the error is below its tolerance. An enclosing gradient takes it as a constant. The Lipschitz
 * constant of the inverse is at most 1/(1 − L), that of F at most 1 + L. When L ≥ 1 nothing is
 * guaranteed: the inverse is then accepted on its residual alone, and the reported bound is
 * Infinity.
 *
 * @param g - The residual branch. It keeps the event shape, and the block disposes it. `fromLayers`
 * of `@iresnet/lipschitz` makes one of a `tf.sequential` model, `functionMap` of `@iresnet/core` of
 * a function with a promised Lipschitz constant.
 * @param options - The estimator, and how the inverse is solved.
 * @returns The block. `forward` costs one evaluation of g, `forwardAndLogDet` one linearization and
 * the estimate, `inverse` about ten to thirty evaluations. `params` are those of g.
 * @throws IResNetError for an unknown option, a missing estimator, a branch that is not a map, and
 * a branch that changes the shape; of kind `not-converged` from `inverse`, and from
 * `inverseWithReport` when L < 1, unless `solve.onFailure` is `'return'`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, functionMap } from '@iresnet/core';
 * import { residualBlock } from '@iresnet/flows';
 *
 * // Any contraction will do; its Jacobian here is diagonal, so the log-determinant is a sum.
 * const branch = functionMap((x) => tf.mul(0.5, tf.tanh(x)), { lipschitz: 0.5 });
 * const block = residualBlock(branch, {
 *   logDet: (a, shape) => tf.sum(tf.log1p(a.matvec(tf.ones([...shape]))), 1),
 * });
 * const y = block.forward(tf.tensor2d([[2, 4]]));
 * block.inverse(y).print(); // [[2, 4]]
 * block.forwardAndLogDet(tf.zeros([1, 2]), createRng(0)).logDet.print(); // 2 ln 1.5 = 0.811
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function residualBlock(g: LipschitzMap, options: ResidualBlockOptions): ResidualBlock {
  checkArguments(g, options);
  const { logDet, solve = {} } = options;
  const lipschitzBound = memoizeOnParams(g.params, () => g.lipschitzBound());
  const invert = (y: Tensor, options: Pick<FixedPointOptions, 'onFailure' | 'certify'>) => {
    const lipschitz = lipschitzBound();
    const proven = lipschitz < 1 ? { ...solve, lipschitz } : solve;
    return noGrad(() => invertResidual(g, y, { ...proven, ...options }));
  };
  return {
    ...delegate(g),
    branch: g,
    lipschitzBound,
    forward: (x) => tidy(() => step(x, g.apply(x))),
    forwardAndLogDet: (x, rng) =>
      tidy(() => {
        const { y: gx, jacobian } = g.linearize(x);
        return { y: step(x, gx), logDet: estimated(logDet(jacobian, x.shape, rng)) };
      }),
    inverse: (y) => invert(y, { certify: false }).value,
    inverseWithReport(y, yError, { local } = {}) {
      const solved = invert(y, { onFailure: 'return' });
      const { value, errorBound: solveBound, boundKind, converged, evaluations } = solved;
      const contraction = Math.max(0, 1 - lipschitzBound());
      const near = boundKind === 'proven' ? local?.(g, value) : undefined;
      const rows = near && rowsOf(y);
      const errorBound = solveBound.map((e, i) => {
        const bound = carried(e, 1 / contraction, yError?.[i]);
        if (!near || !(bound < Infinity)) return bound;
        const at = near(i);
        return at.inverse(carried(at.distance(rows![i]!), 1, yError?.[i]), bound);
      });
      return { value, errorBound, boundKind, solveBound, converged, evaluations };
    },
    carryScale: (scale) => scale.clone(),
    forwardWithReport(x, xError, { local } = {}) {
      const { value, sizes } = tidy(() =>
        noGrad(() => {
          const { y: gx, rounding } = g.applyWithRounding?.(x) ?? estimate(g.apply(x), x);
          const sum = step(x, gx);
          return { value: sum, sizes: stack([rounding, lengthsAbove(sum)]) };
        }),
      );
      const read = readProven(WHERE, sizes);
      sizes.dispose();
      const batch = x.shape[0]!;
      const growth = 1 + lipschitzBound();
      const near = local?.(g, x);
      const rows = near && rowsOf(value);
      const errorBound = Array.from({ length: batch }, (_, i) => {
        const own = 1.01 * (read[i]! + unitRoundoff() * read[batch + i]!);
        const error = xError?.[i];
        const bound = carried(own < Infinity ? own : Infinity, growth, error);
        if (!near || !(bound < Infinity)) return bound;
        const at = near(i);
        return Math.min(bound, carried(at.distance(rows![i]!), 1, error && at.forward(error)));
      });
      return { value, errorBound, boundKind: g.applyWithRounding ? 'proven' : 'estimated' };
    },
  };
}

const WHERE = 'flows.residualBlock';

function checkArguments(g: unknown, options: Partial<ResidualBlockOptions>): void {
  ensure(
    typeof g !== 'function',
    WHERE,
    () => 'expected a map as branch, got a function: make it one by functionMap(f, { lipschitz })',
  );
  checkParts(WHERE, [g], 'linearize');
  checkOptions<Partial<ResidualBlockOptions>>(WHERE, options, { logDet: true, solve: true });
  ensure(
    typeof options.logDet === 'function',
    WHERE,
    () =>
      `expected an estimator logDet, as exact() of @iresnet/logdet makes it, got ${described(options.logDet)}`,
  );
}

/** The rounding of a function that does not know it, as that of numbers as large as its own. */
function estimate(gx: Tensor, x: Tensor): Rounded {
  return { y: gx, rounding: mul(2 * unitRoundoff(), add(lengthsAbove(x), lengthsAbove(gx))) };
}

/** x + g(x). */
function step(x: Tensor, gx: Tensor): Tensor {
  ensure(
    gx.shape.join() === x.shape.join(),
    WHERE,
    () => `expected a branch that keeps the shape [${x.shape}], got [${gx.shape}]`,
  );
  return add(x, gx);
}

/** What an estimator gave, if it is a tensor. */
function estimated(logDet: Tensor): Tensor {
  ensure(logDet instanceof Tensor, WHERE, () => {
    const hint = typeof logDet === 'function' ? '; call it to make the estimator' : '';
    return `expected logDet to give a tensor, got ${described(logDet)}${hint}`;
  });
  return logDet;
}

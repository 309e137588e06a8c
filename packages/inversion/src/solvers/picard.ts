import type { FixedPointSolver } from '../problem';

/**
 * Picard iteration x ← f(x): the error shrinks by the Lipschitz constant L of f in every step. One
 * evaluation a step, no memory.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fixedPoint, picard } from '@iresnet/inversion';
 *
 * const { value } = fixedPoint((x) => tf.cos(x), tf.zeros([2, 1]), { solver: picard() });
 * value.print(); // 0.739085 twice
 * ```
 */
export function picard(): FixedPointSolver {
  return {
    name: 'picard',
    usesJacobian: false,
    step: ({ fx }, problem) => ({ x: fx, fx: problem.apply(fx), memory: [] }),
  };
}

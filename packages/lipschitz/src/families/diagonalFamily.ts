import { diagonalOperator } from '@iresnet/core';
import { sumOfTimes, times } from '@iresnet/core/internal';
import type { OperatorFamily } from './operatorFamily';

/**
 * v ↦ s ⊙ v, θ = s `[B, …]`, one diagonal for each example: the family of activations. The pairing
 * is u ⊙ v.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { diagonalFamily } from '@iresnet/lipschitz';
 *
 * diagonalFamily.at(tf.tensor2d([[1, 2]])).matvec(tf.tensor2d([[3, 4]])).print(); // [[3, 8]]
 * ```
 */
export const diagonalFamily: OperatorFamily = {
  at: diagonalOperator,
  // The S probes of an example share its slopes.
  pairing: (slopes, u, v) => (u.rank > slopes.rank ? sumOfTimes(u, v) : times(u, v)),
};

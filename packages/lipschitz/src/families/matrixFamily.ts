import { denseOperator } from '@iresnet/core';
import { affine, sumOfProducts } from '@iresnet/core/internal';
import { longestChannel } from './longestChannel';
import type { OperatorFamily } from './operatorFamily';

/**
 * v ↦ v K for row vectors, θ = K `[in, out]`: the family of dense layers. The pairing is vᵀu.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { matrixFamily } from '@iresnet/lipschitz';
 *
 * const kernel = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);
 * const [v, u] = [tf.tensor2d([[1, 1]]), tf.tensor2d([[1, 0, 0]])];
 * matrixFamily.at(kernel).matvec(v).print(); // [[5, 7, 9]]
 * matrixFamily.pairing(kernel, u, v).print(); // [[1, 0, 0], [1, 0, 0]]
 * ```
 */
export const matrixFamily: OperatorFamily = {
  at: denseOperator,
  pairing: (_kernel, u, v) => sumOfProducts(v, u),
  affine: (kernel, bias, v) => affine(v, kernel, bias),
  terms: (kernel) => kernel.shape[0]!,
  longest: (kernel) => longestChannel(kernel),
};

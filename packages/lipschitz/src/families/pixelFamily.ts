import { reshape } from '@tensorflow/tfjs-core';
import { denseOperator } from '@iresnet/core';
import { sumOfProducts } from '@iresnet/core/internal';
import { longestChannel } from './longestChannel';
import type { OperatorFamily } from './operatorFamily';
import { tapsAndChannels } from './rows';

/**
 * A convolution of one tap, θ = K `[1, 1, in, out]`, as it works on a single pixel: the matrix
 * `[in] → [out]`. Its norm is that of the convolution at every image size.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { pixelFamily } from '@iresnet/lipschitz';
 *
 * const { inShape, outShape } = pixelFamily.at(tf.ones([1, 1, 2, 3]));
 * console.log(inShape, outShape); // [ 2 ] [ 3 ]
 * ```
 */
export const pixelFamily: OperatorFamily = {
  at: (kernel) => denseOperator(reshape(kernel, kernel.shape.slice(2))),
  pairing: (kernel, u, v) => reshape(sumOfProducts(v, u), kernel.shape),
  terms: tapsAndChannels,
  longest: (kernel) => longestChannel(kernel),
};

import { add, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, type Shape } from '@iresnet/core';

/**
 * −ln p(x)/(d ln 2) + 8: bits for one value of an 8-bit image, when ln p is the density of x = (byte + u)/256 up to a shift, u uniform in
 * [0, 1). The 8 turns the density of the unit range into that of bytes.
 *
 * @param logProb - ln p(x), nats, any shape.
 * @param shape - `[h, w, c]` of the image; d = h·w·c, all its values, every channel counted, padding not.
 * @returns A tensor of the shape of `logProb`, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { bitsPerDim } from '@iresnet/model';
 *
 * bitsPerDim(tf.tensor1d([0]), [28, 28, 1]).print(); // 8: a uniform density says nothing about a byte
 * ```
 */
export function bitsPerDim(logProb: Tensor, shape: Shape): Tensor {
  return tidy(() => add(mul(logProb, -1 / (eventSize(shape) * Math.LN2)), 8));
}

import { add, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, type Shape } from '@iresnet/core';

/**
 * −ln p(x)/(d ln 2) + log₂ n: bits for one value of an image of n levels, when ln p is the density of x = (level + u)/n up to a shift, u
 * uniform in [0, 1). The last term turns the density of the unit range into that of levels: 8 for bytes.
 *
 * @param logProb - ln p(x), nats, any shape.
 * @param shape - `[h, w, c]` of the image; d = h·w·c, all its values, every channel counted, padding not.
 * @param levels - n, 256 by default.
 * @returns A tensor of the shape of `logProb`, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { bitsPerDim } from '@iresnet/model';
 *
 * bitsPerDim(tf.tensor1d([0]), [28, 28, 1]).print(); // 8: a uniform density says nothing about a byte
 * ```
 */
export function bitsPerDim(logProb: Tensor, shape: Shape, levels = 256): Tensor {
  return tidy(() => add(mul(logProb, -1 / (eventSize(shape) * Math.LN2)), Math.log2(levels)));
}

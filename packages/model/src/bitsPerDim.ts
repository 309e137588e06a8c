import { add, mul, Tensor, tidy } from '@tensorflow/tfjs-core';
import { eventSize, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';

/**
 * −ln p(x)/(d ln 2) + log₂ n: bits for one value of an image of n levels.
 *
 * ln p is the density of x = (level + u)/n up to a shift, with u uniform in [0, 1). The last term
 * turns the density of the unit range into that of levels: 8 for bytes.
 *
 * @param logProb - ln p(x), nats: a tensor of any shape, or numbers on the host.
 * @param shape - `[h, w, c]` of the image. d = h·w·c counts all its values, every channel too, but
 * not those of a padding.
 * @param levels - n, 256 by default.
 * @returns Of a tensor, one of the same shape, taped, which the caller owns. Of numbers on the
 * host, as many numbers, in float64.
 * @throws IResNetError for fewer than two levels.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { bitsPerDim } from '@iresnet/model';
 *
 * // A uniform density says nothing about a byte.
 * bitsPerDim(tf.tensor1d([0]), [28, 28, 1]).print(); // [ 8 ]
 * console.log(bitsPerDim([0, 543.4], [28, 28, 1])); // [ 8, 7 ]
 * ```
 */
export function bitsPerDim(logProb: Tensor, shape: Shape, levels?: number): Tensor;
export function bitsPerDim(logProb: ArrayLike<number>, shape: Shape, levels?: number): Float64Array;
export function bitsPerDim(
  logProb: Tensor | ArrayLike<number>,
  shape: Shape,
  levels = 256,
): Tensor | Float64Array {
  ensure(levels >= 2, 'model.bitsPerDim', () => `expected levels ≥ 2, got ${levels}`);
  const [scale, offset] = [-1 / (eventSize(shape) * Math.LN2), Math.log2(levels)];
  return logProb instanceof Tensor
    ? tidy(() => add(mul(logProb, scale), offset))
    : Float64Array.from(logProb, (value) => value * scale + offset);
}

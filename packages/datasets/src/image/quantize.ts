import { add, div, floor, mul, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, type Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';

/** Bits of a float32 in [0.5, 1): every multiple of 2⁻²⁴ in [0, 1) is one. */
const MANTISSA_BITS = 24;

/**
 * y = x + u/L with u uniform in [0, 1): a discrete value of L levels becomes a density, constant on each cell.
 *
 * u has so few bits that y stays in the cell of its x and below 1, and ⌊L y⌋, computed in float64, gives the level back: 24 − log₂ L
 * bits, every sum exact, for a power of two; 22 − ⌈log₂ L⌉ bits, each at the middle of its step, for any other L, whose k/L is rounded.
 * Then E log p(y) ≤ log P(x) for the density p of a model and the probability P of the discrete image, up to the d log L of the cells'
 * size (Theis et al., arXiv 1511.01844).
 *
 * @param x - `[B, …]`, values k/L, k = 0 … L − 1, as {@link imageBatch} or {@link reduceBits} (L = 2ᵇ) gives.
 * @param rng - Advanced by one word a value.
 * @param levels - L, from 2 to 65536; 256 by default. For a set of images, its `levels`.
 * @returns A tensor of the shape of x that the caller owns.
 * @throws IResNetError (argument) for other levels.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng } from '@iresnet/core';
 * import { digitImages, imageBatch, uniformDequantize } from '@iresnet/datasets';
 *
 * const y = uniformDequantize(tf.tensor([0, 64 / 256, 255 / 256]), createRng(0));
 * console.log(tf.floor(tf.mul(y, 256)).dataSync()); // Float32Array(3) [ 0, 64, 255 ]
 *
 * const set = digitImages(); // 17 levels
 * console.log(uniformDequantize(imageBatch(set, [0, 1]), createRng(1), set.levels).shape); // [ 2, 8, 8, 1 ]
 * ```
 */
export function uniformDequantize<T extends Tensor>(x: T, rng: Rng, levels = 256): T {
  ensure(
    Number.isInteger(levels) && levels >= 2 && levels <= 65536,
    'datasets.uniformDequantize',
    () => `expected an integer 2 ≤ levels ≤ 65536, got ${levels}`,
  );
  const exact = Number.isInteger(Math.log2(levels));
  const bits = exact ? MANTISSA_BITS - Math.log2(levels) : MANTISSA_BITS - 2 - Math.ceil(Math.log2(levels));
  const middle = exact ? 0 : 0.5;
  const noise = new Float32Array(eventSize(x.shape));
  for (let i = 0; i < noise.length; i++) {
    noise[i] = ((rng.nextUint32() >>> (32 - bits)) + middle) / 2 ** bits / levels;
  }
  return tidy(() => add(x, tensor(noise, x.shape, 'float32')));
}

/**
 * y = ⌊2ᵇ x⌋/2ᵇ: images of b bits a value, such as the 5 bits of Glow (arXiv 1807.03039).
 *
 * The loss of a model on them counts b ln 2, not 8 ln 2, a dimension.
 *
 * @param x - Values in [0, 1).
 * @param bits - b, from 1 to 8.
 * @returns A tensor of the shape of x that the caller owns.
 * @throws IResNetError (argument) for other bits.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { reduceBits } from '@iresnet/datasets';
 *
 * console.log(reduceBits(tf.tensor([0.1, 0.6, 0.99]), 1).dataSync()); // Float32Array(3) [ 0, 0.5, 0.5 ]
 * ```
 */
export function reduceBits<T extends Tensor>(x: T, bits: number): T {
  ensure(
    Number.isInteger(bits) && bits >= 1 && bits <= 8,
    'datasets.reduceBits',
    () => `expected an integer 1 ≤ bits ≤ 8, got ${bits}`,
  );
  return tidy(() => div(floor(mul(x, 2 ** bits)), 2 ** bits));
}

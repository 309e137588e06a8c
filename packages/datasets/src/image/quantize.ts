import { add, div, floor, mul, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, expect, type Rng } from '@iresnet/core';

/** Bits of a float32 in [0.5, 1): every multiple of 2⁻²⁴ in [0, 1) is one. */
const MANTISSA_BITS = 24;

/**
 * y = x + u/2ᵇ with u uniform in [0, 1): a discrete value becomes a density, constant on each cell.
 *
 * u has 24 − b bits, so that every sum is exact in float32: y stays in the cell of its x, below 1, and ⌊2ᵇ y⌋/2ᵇ gives x back. Then
 * E log p(y) ≤ log P(x) for the density p of a model and the probability P of the discrete image (Theis et al., arXiv 1511.01844).
 *
 * @param x - `[B, …]`, multiples of 2⁻ᵇ in [0, 1), as {@link imageBatch} (b = 8) or {@link reduceBits} gives.
 * @param rng - Advanced by one word a value.
 * @param bits - b, from 1 to 16.
 * @returns A tensor of the shape of x that the caller owns.
 * @throws IResNetError (argument) for other bits.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng } from '@iresnet/core';
 * import { uniformDequantize } from '@iresnet/datasets';
 *
 * const y = uniformDequantize(tf.tensor([0, 64 / 256, 255 / 256]), createRng(0));
 * console.log(tf.floor(tf.mul(y, 256)).dataSync()); // Float32Array(3) [ 0, 64, 255 ]
 * ```
 */
export function uniformDequantize<T extends Tensor>(x: T, rng: Rng, bits = 8): T {
  checkBits(bits, 16, 'datasets.uniformDequantize');
  const noise = new Float32Array(eventSize(x.shape));
  for (let i = 0; i < noise.length; i++) {
    noise[i] = (rng.nextUint32() >>> (32 - MANTISSA_BITS + bits)) / 2 ** MANTISSA_BITS;
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
  checkBits(bits, 8, 'datasets.reduceBits');
  return tidy(() => div(floor(mul(x, 2 ** bits)), 2 ** bits));
}

function checkBits(bits: number, most: number, where: string): void {
  expect(
    Number.isInteger(bits) && bits >= 1 && bits <= most,
    where,
    () => `expected an integer 1 ≤ bits ≤ ${most}, got ${bits}`,
  );
}

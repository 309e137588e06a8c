import {
  div,
  maximum,
  mul,
  sqrt,
  square,
  sum,
  tidy,
  type Scalar,
  type Tensor1D,
} from '@tensorflow/tfjs-core';

/**
 * ‖g‖₂ of a flat gradient, a scalar on the device.
 *
 * It is infinite once a component exceeds 1.8·10¹⁹, whose square is too large for float32.
 *
 * @param gradient - `[P]`.
 * @returns A scalar. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { globalNorm } from '@iresnet/training';
 *
 * globalNorm(tf.tensor1d([3, 4])).print(); // 5
 * ```
 */
export function globalNorm(gradient: Tensor1D): Scalar {
  return tidy(() => sqrt(sum<Scalar>(square(gradient))));
}

/**
 * g · min(1, c / ‖g‖₂): shorten a gradient to at most the norm c, without changing its direction
 * (arXiv:1211.5063).
 *
 * Nothing is read back. A gradient that is not finite stays so, and a divergence is still seen.
 *
 * @param gradient - `[P]`.
 * @param maxNorm - c > 0.
 * @param norm - ‖g‖₂, if it is known already.
 * @returns `[P]`. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { clipByGlobalNorm } from '@iresnet/training';
 *
 * clipByGlobalNorm(tf.tensor1d([3, 4]), 1).print(); // [0.6, 0.8]
 * ```
 */
export function clipByGlobalNorm(gradient: Tensor1D, maxNorm: number, norm?: Scalar): Tensor1D {
  return tidy(() => mul(gradient, div(maxNorm, maximum(norm ?? globalNorm(gradient), maxNorm))));
}

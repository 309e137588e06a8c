import { neg, tidy } from '@tensorflow/tfjs-core';
import type { Bijector } from '@iresnet/core';

/**
 * F⁻¹ as a bijector: `forward` and `inverse` exchanged, log|det ∂F⁻¹/∂y| = −log|det ∂F/∂x| at x = F⁻¹(y).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { affine, invert } from '@iresnet/flows';
 *
 * invert(affine([2], [1])).forward(tf.tensor2d([[5]])).print(); // [[2]]
 * ```
 */
export function invert(bijector: Bijector): Bijector {
  return {
    params: bijector.params,
    dispose: () => bijector.dispose(),
    forward: (y) => bijector.inverse(y),
    inverse: (x) => bijector.forward(x),
    forwardAndLogDet: (y, rng) =>
      tidy(() => {
        const x = bijector.inverse(y);
        return { y: x, logDet: neg(bijector.forwardAndLogDet(x, rng).logDet) };
      }),
  };
}

import { add, div, maximum, scalar, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';

/**
 * Soft spectral normalization, W / (max(1, σ/c) + ε): a weight below the bound c stays as it is.
 *
 * @param weight - W, any shape.
 * @param sigma - σ, a scalar tensor; differentiable, see {@link singularValue}.
 * @param coefficient - c, the bound, in nothing but the 2-norm of the operator.
 * @param epsilon - ε added to the divisor; 0 leaves an unsaturated weight bit-identical.
 * @returns The normalized weight, owned by the caller.
 * @throws IResNetError unless c > 0 and ε ≥ 0.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { rescale } from '@iresnet/spectral-norm';
 *
 * rescale(tf.tensor2d([[2, 0], [0, 1]]), tf.scalar(2), 0.9).print(); // [[0.9, 0], [0, 0.45]]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks, equation (2) (arXiv 1811.00995).
 */
export function rescale(weight: Tensor, sigma: Tensor, coefficient: number, epsilon = 0): Tensor {
  ensure(coefficient > 0, 'spectral-norm.rescale', () => `expected a coefficient > 0, got ${coefficient}`);
  ensure(epsilon >= 0, 'spectral-norm.rescale', () => `expected an epsilon ≥ 0, got ${epsilon}`);
  return tidy(() => {
    const divisor = maximum(scalar(1), div(sigma, coefficient));
    return div(weight, epsilon > 0 ? add(divisor, epsilon) : divisor);
  });
}

import { add, div, maximum, scalar, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkTensor, ensure } from '@iresnet/core/internal';

/**
 * Soft spectral normalization, W / (max(1, σ/c) + ε): a weight below the bound c stays as it is.
 *
 * @param weight - W, any shape.
 * @param sigma - σ: a number, as {@link spectralNorm} gives it, or a scalar tensor, through which
 * the gradient passes (see {@link singularValue}).
 * @param coefficient - c, the bound of the 2-norm of the operator.
 * @param epsilon - ε added to the divisor; 0 leaves an unsaturated weight bit-identical.
 * @returns The normalized weight, owned by the caller.
 * @throws IResNetError unless σ ≥ 0, c > 0 and ε ≥ 0, and for a weight that is not a living float32
 * tensor.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { rescale } from '@iresnet/spectral-norm';
 *
 * rescale(tf.tensor2d([[2, 0], [0, 1]]), 2, 0.9).print(); // [[0.9, 0], [0, 0.45]]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks, equation (2) (arXiv 1811.00995).
 */
export function rescale(weight: Tensor, sigma: Tensor | number, coefficient: number, epsilon = 0): Tensor {
  const where = 'spectral-norm.rescale';
  checkTensor(where, 'weight', weight);
  if (typeof sigma === 'number') ensure(sigma >= 0, where, () => `expected sigma ≥ 0, got ${sigma}`);
  else checkTensor(where, 'sigma', sigma);
  ensure(coefficient > 0, where, () => `expected a coefficient > 0, got ${coefficient}`);
  ensure(epsilon >= 0, where, () => `expected an epsilon ≥ 0, got ${epsilon}`);
  return tidy(() => {
    const divisor = maximum(scalar(1), div(sigma, coefficient));
    return div(weight, epsilon > 0 ? add(divisor, epsilon) : divisor);
  });
}

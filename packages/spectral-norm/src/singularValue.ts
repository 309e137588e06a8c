import { mul, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { LinearOperator } from '@iresnet/core';
import { checkTensor } from '@iresnet/core/internal';
import { checkOperator } from './iterationOptions';

/**
 * ⟨u, Av⟩ for given vectors: the singular value that stored vectors stand for, without iterating.
 * It is taped with respect to the tensors that A is built from, with u and v constant: its gradient
 * is the one that spectral normalization uses.
 *
 * @param a - The operator.
 * @param u - `[1, ...outShape]`.
 * @param v - `[1, ...inShape]`.
 * @returns A scalar, owned by the caller. It costs one product.
 * @throws IResNetError when A is not an operator, or u or v is not a living float32 tensor.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { singularValue } from '@iresnet/spectral-norm';
 *
 * const first = tf.tensor2d([[1, 0]]);
 * const sigma = (k: tf.Tensor) => singularValue(denseOperator(k), first, first);
 * tf.grad(sigma)(tf.tensor2d([[3, 0], [0, 2]])).print(); // [[1, 0], [0, 0]]
 * ```
 */
export function singularValue(a: LinearOperator, u: Tensor, v: Tensor): Tensor {
  const where = 'spectral-norm.singularValue';
  checkOperator(where, a);
  checkTensor(where, 'u', u);
  checkTensor(where, 'v', v);
  return tidy(() => sum(mul(u, a.matvec(v))));
}

import { grad, matMul, reshape, stack, tidy, transpose, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize } from '../shape';
import { noGrad } from '../noGrad';
import { basisVectors } from './materialize';
import type { LinearOperator } from '../contracts';

/**
 * The Jacobian ∂f/∂x at x of any function by automatic differentiation, for functions that cannot
 * `linearize`.
 *
 * `rmatvec` is one backward pass through f. `matvec` has no forward-mode counterpart in
 * TensorFlow.js: each call assembles Jᵀ from one backward pass per output value. Both
 * are **constants** for an enclosing gradient, because second derivatives of TensorFlow.js ops are
 * unsound (tanh, sigmoid and exp silently lose a term); a map that trains gives its own products.
 *
 * @param f - `[B, ...in] → [B, ...out]`, one example independent of the others.
 * @param x - `[B, ...in]`; must stay alive as long as the operator is used.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { jacobian } from '@iresnet/core';
 *
 * const a = jacobian((x) => tf.square(x), tf.tensor2d([[3, 4]]));
 * a.rmatvec(tf.tensor2d([[1, 1]])).print(); // [[6, 8]]
 * ```
 */
export function jacobian(f: (x: Tensor) => Tensor, x: Tensor): LinearOperator {
  const outShape = noGrad(() => tidy(() => f(x).shape.slice(1)));
  const inShape = x.shape.slice(1);
  const batch = x.shape[0]!;
  const each = (u: Tensor, rank: number, one: (u: Tensor) => Tensor): Tensor =>
    u.rank === rank + 1 ? one(u) : stack(unstack(u).map(one));
  const pullback = (u: Tensor): Tensor => grad(f)(x, u);
  const rmatvec = (u: Tensor) => noGrad(() => tidy(() => each(u, outShape.length, pullback)));
  const matvec = (v: Tensor) =>
    noGrad(() =>
      tidy(() => {
        const rows = stack(unstack(basisVectors(batch, outShape)).map(pullback)); // [out, B, ...in]
        const matrices = transpose(reshape(rows, [eventSize(outShape), batch, -1]), [1, 0, 2]); // [B, out, in]
        return each(v, inShape.length, (one) =>
          reshape(matMul(matrices, reshape(one, [batch, -1, 1])), [batch, ...outShape]),
        );
      }),
    );
  return { inShape, outShape, matvec, rmatvec };
}

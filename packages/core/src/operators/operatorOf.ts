import { reshape, stack, tidy, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { IResNetError } from '../errors';
import type { LinearOperator, MatVec } from '../contracts';
import type { Shape } from '../shape';

/**
 * A bare product v ↦ A v as a {@link LinearOperator} on events of the given shape. S vectors per
 * example cost S calls.
 *
 * @param product - `[B, ...event] → [B, ...event]`, linear in v.
 * @param event - Event shape of v and of A v.
 * @returns An operator whose `rmatvec` throws, since the transposed product is not known.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { operatorOf } from '@iresnet/core';
 *
 * const a = operatorOf((v) => tf.mul(0.5, v), [2]);
 * console.log(a.matvec(tf.ones([4, 3, 2])).shape); // four vectors for each of three examples
 * ```
 */
export function operatorOf(product: MatVec, event: Shape): LinearOperator {
  return {
    inShape: event,
    outShape: event,
    matvec(v: Tensor): Tensor {
      if (v.rank <= event.length + 1) return product(v);
      return tidy(() =>
        v.shape[0] === 1
          ? reshape(product(reshape(v, v.shape.slice(1))), v.shape)
          : stack(unstack(v).map(product)),
      );
    },
    rmatvec() {
      throw new IResNetError(
        'argument',
        'core.operatorOf',
        'expected an operator that knows its transposed product, got a bare function',
      );
    },
  };
}

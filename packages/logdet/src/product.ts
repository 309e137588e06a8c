import { reshape, stack, tidy, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { expect, type LinearOperator, type MatVec } from '@iresnet/core';

/**
 * Products with A for S vectors per example, `[S, B, ...event] → [S, B, ...event]`: one call of an operator, S calls of a bare
 * function.
 */
export function products(a: MatVec | LinearOperator): (v: Tensor) => Tensor {
  if (typeof a !== 'function') return (v) => a.matvec(v);
  return (v) =>
    tidy(() => {
      if (v.shape[0] === 1) return reshape(a(reshape(v, v.shape.slice(1))), v.shape);
      return stack(unstack(v).map(a));
    });
}

/** Refuse what is no batch of square operators of the shape of `like`. */
export function checkSquare(where: string, a: MatVec | LinearOperator, like: Tensor): void {
  expect(like.rank >= 2, where, () => `expected like of shape [B, ...event], got [${like.shape}]`);
  if (typeof a === 'function') return;
  const event = like.shape.slice(1).join();
  expect(
    a.inShape.join() === event && a.outShape.join() === event,
    where,
    () => `expected an operator [${event}] → [${event}], got [${a.inShape}] → [${a.outShape}]`,
  );
}

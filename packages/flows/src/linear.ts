import {
  abs,
  add,
  exp,
  eye,
  matMul,
  mul,
  norm,
  sub,
  sum,
  tensor2d,
  tidy,
  variable,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { eventSize, type Bijector, type Rng, type Shape } from '@iresnet/core';
import { checkOptions, relativeError, sumError } from '@iresnet/core/internal';
import { checkEventShape } from './checkEventShape';
import { deviceExp } from './deviceExp';
import { randomRotation } from './matrix';
import { matrixMap } from './matrixMap';

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Draws a rotation to start from, which is not trained. Default: the start is the identity. */
  readonly rotation?: Rng;
}

/**
 * y = x W + b on the last axis, trained: it mixes the columns of a table, or the channels of each
 * pixel (Glow's invertible 1×1 convolution).
 *
 * W = Q (I + L)(diag eˢ + U) with L and U strictly lower and upper triangular. So log|det W| = Σ s,
 * and no step can make W singular. Q is the rotation, or the identity. The map need not be a
 * contraction, since its inverse is explicit.
 *
 * @param shape - Event shape; the c channels are its last axis.
 * @param options - A rotation to start from.
 * @returns A bijector. `params`: `factors` `[c, c]` holds L below, s on and U above the diagonal, 0
 * at the start; `shift` b; `rotation` Q, not trained, where one was drawn. One application costs a
 * product with W; the inverse matrix is computed on the host, once for given weights.
 * @throws IResNetError for an unknown option, a shape without a channel axis, or a batch of another
 * shape.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { linear } from '@iresnet/flows';
 *
 * const mix = linear([2]);
 * mix.params['factors']!.assign(tf.tensor2d([[0, 3], [0, Math.log(2)]]));
 * const y = mix.forward(tf.tensor2d([[1, 1]])); // W = [[1, 3], [0, 2]]
 * y.print(); // [[1, 5]]
 * mix.inverse(y).print(); // [[1, 1]]
 * ```
 *
 * @see Kingma and Dhariwal, Glow (arXiv 1807.03039), section 3.2.
 */
export function linear(shape: Shape, options: LinearOptions = {}): Bijector {
  const where = 'flows.linear';
  checkOptions(where, options, { rotation: true });
  checkEventShape(where, shape, 1);
  const c = shape[shape.length - 1]!;
  const repeats = eventSize(shape) / c;
  const [factors, shift] = tidy(() => [variable(zeros([c, c])), variable(zeros([c]))] as const);
  const rotation =
    options.rotation &&
    tidy(() => variable(tensor2d(Float32Array.from(randomRotation(c, options.rotation!)), [c, c]), false));
  const below = Float32Array.from({ length: c * c }, (_, i) => (Math.floor(i / c) > i % c ? 1 : 0));
  return matrixMap({
    where,
    shape,
    params: { factors, shift, ...(rotation && { rotation }) },
    weight() {
      const [identity, mask] = [eye(c), tensor2d(below, [c, c])];
      const diagonal = mul(factors, identity);
      const lower = add(identity, mul(factors, mask));
      const upper = add(mul(factors, sub(sub(1, mask), identity)), mul(identity, exp(diagonal)));
      const product: Tensor2D = matMul(lower as Tensor2D, upper as Tensor2D);
      const matrix: Tensor2D = rotation ? matMul(rotation as Tensor as Tensor2D, product) : product;
      return { matrix, logDet: mul(repeats, sum(diagonal)) };
    },
    weightError() {
      const most = tidy(() => {
        const [identity, mask] = [eye(c), tensor2d(below, [c, c])];
        const size = abs(factors);
        const lower = add(identity, mul(size, mask));
        const upper = add(mul(size, sub(sub(1, mask), identity)), mul(identity, exp(mul(factors, identity))));
        const product: Tensor2D = matMul(lower as Tensor2D, upper as Tensor2D);
        const all = rotation ? matMul(abs(rotation) as Tensor as Tensor2D, product) : product;
        return norm(all).dataSync()[0]!;
      });
      // Two products of c terms each, and eˢ.
      return (sumError(2 * c + 4) + relativeError(deviceExp, Math.exp, [-80, 80])) * 1.01 * most;
    },
    after: { apply: (t) => add(t, shift), undo: (t) => sub(t, shift) },
  });
}

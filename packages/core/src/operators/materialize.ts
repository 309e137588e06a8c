import { reshape, stack, tensor, tidy, tile, transpose, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize } from '../shape';
import { ensure } from '../ensure';
import type { LinearOperator, MatVec } from '../contracts';
import type { Shape } from '../shape';

/**
 * The full basis as probes: eᵢ for every example, `[d, B, ...event]`.
 */
export function basisVectors(batch: number, shape: Shape): Tensor {
  return tidy(() => {
    const d = eventSize(shape);
    const identity = Float32Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));
    const basis = tile(tensor(identity, [d, 1, d]), [1, batch, 1]);
    return shape.length === 1 ? basis : reshape(basis, [d, batch, ...shape]);
  });
}

/**
 * The explicit matrices A, `[B, out, in]`, by d products with the basis (all in one call for an
 * operator). Taped like the products themselves. For tests and small d: memory is B·out·in.
 *
 * @param a - An operator, or a bare product together with `inShape`.
 * @param batch - B.
 * @throws IResNetError for a bare product without `inShape`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { materialize } from '@iresnet/core';
 *
 * materialize((v) => tf.mul(2, v), 1, [2]).print(); // [[[2, 0], [0, 2]]]
 * ```
 */
export function materialize(a: LinearOperator | MatVec, batch: number, inShape?: Shape): Tensor {
  return tidy(() => {
    const shape = typeof a === 'function' ? inShape : a.inShape;
    ensure(
      shape !== undefined,
      'core.materialize',
      () => 'expected inShape beside a bare product, got undefined',
    );
    const basis = basisVectors(batch, shape);
    const columns = typeof a === 'function' ? stack(unstack(basis).map((e) => a(e))) : a.matvec(basis); // [in, B, ...out]
    const d = basis.shape[0]!;
    return transpose(reshape(columns, [d, batch, -1]), [1, 2, 0]);
  });
}

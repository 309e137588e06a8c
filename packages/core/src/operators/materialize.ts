import { eye, reshape, stack, tidy, tile, transpose, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize } from '../batch';
import type { LinearOperator, MatVec, Shape } from '../contracts';

/**
 * The full basis as probes: eᵢ for every example, `[d, B, ...event]`.
 */
export function basisVectors(batch: number, shape: Shape): Tensor {
  return tidy(() => {
    const d = eventSize(shape);
    return reshape(tile(reshape(eye(d), [d, 1, d]), [1, batch, 1]), [d, batch, ...shape]);
  });
}

/**
 * The explicit matrices A, `[B, out, in]`, by d products with the basis (all in one call for an operator).
 * Taped like the products themselves. For tests and small d: memory is B·out·in.
 *
 * @param a - An operator, or a bare product together with `inShape`.
 * @param batch - B.
 */
export function materialize(a: LinearOperator | MatVec, batch: number, inShape?: Shape): Tensor {
  return tidy(() => {
    const basis = basisVectors(batch, typeof a === 'function' ? inShape! : a.inShape);
    const columns = typeof a === 'function' ? stack(unstack(basis).map((e) => a(e))) : a.matvec(basis); // [in, B, ...out]
    const d = basis.shape[0]!;
    return transpose(reshape(columns, [d, batch, -1]), [1, 2, 0]);
  });
}

import { mul, reshape, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Inner product per example, ⟨u, v⟩ = Σ u·v over the event axes.
 *
 * @param u - `[B, ...event]`, or `[S, B, ...event]` with `eventRank` given.
 * @param v - Same shape.
 * @param eventRank - Number of trailing axes to sum over; all but the first by default.
 * @returns `[B]`, or `[S, B]`. The caller owns it.
 */
export function batchDot(u: Tensor, v: Tensor, eventRank = u.rank - 1): Tensor {
  return tidy(() => sum(mul(u, v), lastAxes(u.rank, eventRank)));
}

/** ‖v‖² per example, summed over the event axes: {@link batchDot} of v with itself. */
export function squaredNorm(v: Tensor, eventRank = v.rank - 1): Tensor {
  return batchDot(v, v, eventRank);
}

/** The axes of the last `count` dimensions of a tensor of rank `rank`. */
export function lastAxes(rank: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => rank - count + i);
}

/**
 * One number for each example, `[B]`, in a form that broadcasts over events of rank `rank`:
 * `[B, 1, …, 1]`.
 */
export function perExample(values: Tensor, rank: number): Tensor {
  return reshape(values, [values.shape[0]!, ...new Array<number>(rank).fill(1)]);
}

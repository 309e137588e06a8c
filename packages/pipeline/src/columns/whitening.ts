import type { Table } from '@iresnet/datasets';
import { hostMap } from './hostMap';

/** Training rows for each column at least: with fewer, correlations are mostly chance. */
const ROWS_A_COLUMN = 3;
/** Columns at most: the matrix is written into the configuration as text. */
const MOST_COLUMNS = 256;
/** Rows that correlations are taken from at most; their error is then below 0.005. */
const MOST_ROWS = 50_000;
/**
 * Deviation of a column, once those before it are known, at least: what follows from them but for
 * rounding is not magnified without end.
 */
const LEAST = 1e-5;

/**
 * The lower triangular C with C Cᵀ = R, the correlations of the columns, in float64.
 *
 * C⁻¹ makes the columns uncorrelated, so that a flow behind it starts at the Gaussian of the rows
 * and a direction in which they hardly vary counts as much as the others.
 *
 * @param table - Training rows, in random order.
 * @param moments - Mean and deviation of each of its d columns.
 * @returns C row by row, `[d, d]`; null for one column, for more than 256, and for fewer than three
 * rows a column. Cost O(n d²).
 */
export function correlationFactor(
  { columns: { length: d }, rows: all, values }: Table,
  moments: { readonly mean: readonly number[]; readonly deviation: readonly number[] },
): readonly number[] | null {
  const rows = Math.min(all, MOST_ROWS);
  if (d === 1 || d > MOST_COLUMNS || rows < ROWS_A_COLUMN * d) return null;
  const { toModel } = hostMap(moments);
  const factor = new Float64Array(d * d);
  for (let row = 0; row < rows; row++) {
    const z = toModel(values.subarray(row * d, (row + 1) * d));
    for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) factor[i * d + j]! += (z[i]! * z[j]!) / rows;
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = factor[i * d + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * d + k]! * factor[j * d + k]!;
      factor[i * d + j] = i === j ? Math.sqrt(Math.max(rest, LEAST ** 2)) : rest / factor[j * (d + 1)]!;
    }
  }
  return Array.from(factor);
}

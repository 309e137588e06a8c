import { ensure } from '@iresnet/core/internal';

/** Options of {@link nearestRows}. */
export interface NearestRowsOptions {
  /** k, how many references for each row. Default 1. */
  readonly k?: number;
  /**
   * Pass over the reference with the index of the row: for rows among themselves. Default false.
   */
  readonly others?: boolean;
}

/** The outcome of {@link nearestRows}. */
export interface NearestRows {
  /** `[n, k]`: the indices of the nearest references, the nearest first. */
  readonly indices: Int32Array;
  /** `[n, k]`: their Euclidean distances. */
  readonly distances: Float64Array;
}

/**
 * The k nearest references of each row, by the distance ‖a − b‖₂.
 *
 * Of equal distances the reference with the lower index is nearer. Cost: n·m·d multiplications.
 *
 * @param rows - `[n, d]`, row by row.
 * @param references - `[m, d]`.
 * @param dimension - d.
 * @throws IResNetError (argument) when the values are not rows of d values, or there are fewer than
 * k references.
 *
 * @example
 * ```ts
 * import { nearestRows } from '@iresnet/evaluation';
 *
 * const { indices, distances } = nearestRows([0, 0, 5, 5], [1, 0, 5, 9, 5, 6], 2);
 * console.log(indices, distances); // 0 and 2, both at distance 1
 * ```
 */
export function nearestRows(
  rows: ArrayLike<number>,
  references: ArrayLike<number>,
  dimension: number,
  options: NearestRowsOptions = {},
): NearestRows {
  const where = 'evaluation.nearestRows';
  const { k = 1, others = false } = options;
  const [n, m] = [rowCount(rows, dimension, where), rowCount(references, dimension, where)];
  ensure(
    Number.isInteger(k) && k >= 1 && k <= m - (others ? 1 : 0),
    where,
    () => `expected k from 1 to the ${m - (others ? 1 : 0)} references, got ${k}`,
  );
  const indices = new Int32Array(n * k).fill(-1);
  const squares = new Float64Array(n * k).fill(Infinity);
  for (let i = 0; i < n; i++) {
    const last = i * k + k - 1;
    for (let j = 0; j < m; j++) {
      if (others && i === j) continue;
      let square = 0;
      // Most references are far off, which shows before all values are seen.
      for (let c = 0; c < dimension && square < squares[last]!; c++)
        square += (rows[i * dimension + c]! - references[j * dimension + c]!) ** 2;
      if (!(square < squares[last]!)) continue;
      let at = last;
      for (; at > i * k && squares[at - 1]! > square; at--) {
        squares[at] = squares[at - 1]!;
        indices[at] = indices[at - 1]!;
      }
      squares[at] = square;
      indices[at] = j;
    }
  }
  return { indices, distances: squares.map(Math.sqrt) };
}

/** How many rows of d values there are; throws unless they are whole. */
export function rowCount(values: ArrayLike<number>, dimension: number, where: string): number {
  const count = values.length / dimension;
  ensure(
    Number.isInteger(dimension) && dimension >= 1 && Number.isInteger(count) && count >= 1,
    where,
    () => `expected rows of ${dimension} values, at least one, got ${values.length} values`,
  );
  return count;
}

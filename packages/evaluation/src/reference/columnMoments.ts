import type { ColumnTable } from './contract';

/** Mean and standard deviation of each column of a table. */
export interface ColumnMoments {
  readonly mean: Float64Array;
  /** √(Σ(x − mean)²/n); exactly 0 for a column with one value in every row, and only there. */
  readonly deviation: Float64Array;
}

/**
 * Mean Σx/n and deviation √(Σ(x − mean)²/n) of each column, in float64.
 *
 * The first value of a column is taken off before the sum and the squares are scaled, so that
 * neither an offset nor a tiny or huge unit costs digits. Cost: three passes.
 *
 * @param table - n ≥ 1 rows.
 * @returns NaN for a column with a value that is not finite.
 *
 * @example
 * ```ts
 * import { columnMoments } from '@iresnet/evaluation';
 *
 * const values = Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3);
 * const { mean, deviation } = columnMoments({ columns: ['time'], rows: 3, values });
 * console.log(mean[0], deviation[0]); // 1000000002 and √(2/3)
 * ```
 */
export function columnMoments({ columns, rows, values }: ColumnTable): ColumnMoments {
  const d = columns.length;
  const mean = new Float64Array(d);
  const furthest = new Float64Array(d);
  for (let i = 0; i < values.length; i++) mean[i % d]! += (values[i]! - values[i % d]!) / rows;
  for (let c = 0; c < d; c++) mean[c]! += values[c]!;
  const varies = new Uint8Array(d);
  for (let i = 0; i < values.length; i++) {
    const c = i % d;
    const off = Math.abs(values[i]! - mean[c]!);
    if (!(off <= furthest[c]!)) furthest[c] = off;
    if (values[i] !== values[c]) varies[c] = 1;
  }
  const squares = new Float64Array(d);
  for (let i = 0; i < values.length; i++) {
    const c = i % d;
    if (varies[c] === 1) squares[c]! += ((values[i]! - mean[c]!) / furthest[c]!) ** 2 / rows;
  }
  return { mean, deviation: squares.map((square, c) => Math.sqrt(square) * furthest[c]!) };
}

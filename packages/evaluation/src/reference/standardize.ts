import { ensure } from '@iresnet/core/internal';
import { columnMoments } from './columnMoments';
import type { ColumnTable } from './contract';

/**
 * A table with mean 0 and standard deviation 1 in each column, and the mean and scale that were
 * removed.
 */
export interface Standardized {
  /** Row by row: (x − mean)/scale. */
  readonly values: Float64Array;
  readonly mean: Float64Array;
  /** Standard deviation of each column, √(Σ(x − mean)²/n). */
  readonly scale: Float64Array;
}

/** Standardize each column in float64. A column that does not vary has no density and throws. */
export function standardize(table: ColumnTable, where: string): Standardized {
  const { columns, rows, values } = table;
  const d = columns.length;
  ensure(d >= 1 && rows >= 2, where, () => `expected 1 column and 2 rows or more, got ${d} and ${rows}`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  ensure(
    bad === -1,
    where,
    () =>
      `expected finite values, got ${values[bad]} in row ${Math.floor(bad / d)}, column '${columns[bad % d]}'`,
  );
  const { mean, deviation: scale } = columnMoments(table);
  for (let c = 0; c < d; c++)
    ensure(
      scale[c]! > 0,
      where,
      () => `expected columns that vary, got '${columns[c]}' with the value ${values[c]} in every row`,
    );
  return { values: Float64Array.from(values, (x, i) => (x - mean[i % d]!) / scale[i % d]!), mean, scale };
}

/**
 * f of each row of `rows`, standardized: all rows to score come in here. NaN where a value is NaN,
 * −Infinity where one is infinite.
 */
export function scoreRows(
  rows: ColumnTable['values'],
  { mean, scale }: Standardized,
  where: string,
  f: (z: Float64Array) => number,
): Float64Array {
  const d = mean.length;
  ensure(
    rows.length % d === 0,
    where,
    () => `expected rows of ${d} values, got ${rows.length} values in all`,
  );
  const z = new Float64Array(d);
  return Float64Array.from({ length: rows.length / d }, (_, row) => {
    for (let c = 0; c < d; c++) z[c] = (rows[row * d + c]! - mean[c]!) / scale[c]!;
    if (z.every(Number.isFinite)) return f(z);
    return z.some(Number.isNaN) ? NaN : -Infinity;
  });
}

/** Σ log scale: the log-density of standardized rows is greater than that of the rows by this. */
export function logVolume({ scale }: Standardized): number {
  return scale.reduce((sum, s) => sum + Math.log(s), 0);
}

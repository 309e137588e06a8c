import { IResNetError } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { columnMoments, type ColumnMoments } from '@iresnet/evaluation';

/**
 * Deviation of a column at least, as a share of its mean: float64 keeps sixteen digits of a value.
 */
const RESOLVED = 1e-13;

/**
 * Refuse columns with one value, which have no density.
 *
 * @throws IResNetError of kind `data` that names them all.
 */
export function refuseConstant(title: string, { columns, rows, values }: Table): void {
  const width = columns.length;
  const constant = columns.filter((_, j) => {
    let first = NaN;
    for (let i = 0; i < rows; i++) {
      const value = values[i * width + j]!;
      if (Number.isNaN(first)) first = value;
      else if (value !== first && !Number.isNaN(value)) return false;
    }
    return true;
  });
  if (constant.length === 0) return;
  const what = `expected columns that vary, got the same value in every training row of ${constant.join(', ')}`;
  throw new IResNetError('data', title, what, { constant });
}

/** Mean and deviation of the values of each column that are there, in float64. */
export function observedMoments(table: Table): ColumnMoments {
  const { columns, rows, values } = table;
  if (!values.some(Number.isNaN)) return columnMoments(table);
  const found = columns.map((name, j) => {
    const all = Float64Array.from({ length: rows }, (_, i) => values[i * columns.length + j]!);
    const there = all.filter((value) => !Number.isNaN(value));
    return columnMoments({ columns: [name], rows: there.length, values: there });
  });
  return {
    mean: Float64Array.from(found, ({ mean }) => mean[0]!),
    deviation: Float64Array.from(found, ({ deviation }) => deviation[0]!),
  };
}

/**
 * Mean and deviation of each column, in float64, of the values that are there.
 *
 * @throws IResNetError of kind `data` for a constant column, which has no density, for one whose
 * values float64 cannot tell apart, and for one with a unit that float32 cannot hold.
 */
export function momentsOf(
  title: string,
  table: Table,
): { readonly mean: number[]; readonly deviation: number[] } {
  const { columns } = table;
  const { mean, deviation } = observedMoments(table);
  const refuse = (what: string, wrong: (j: number) => boolean): void => {
    const names = columns.filter((_, j) => wrong(j));
    if (names.length > 0) throw new IResNetError('data', title, `${what} ${names.join(', ')}`);
  };
  refuse(
    'expected columns that vary, got the same value in every training row of',
    (j) => deviation[j] === 0,
  );
  refuse(
    'expected deviations from 1e-30 to 1e30 (change the unit, look for a far value), got others in',
    (j) => !(deviation[j]! > 1e-30 && deviation[j]! < 1e30),
  );
  refuse(
    'expected values that 64-bit floats can tell apart (subtract an offset), got others in',
    (j) => !(deviation[j]! > RESOLVED * Math.abs(mean[j]!)),
  );
  return { mean: Array.from(mean), deviation: Array.from(deviation) };
}

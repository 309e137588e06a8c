import { IResNetError } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';

/** Deviation of a column at least, as a share of its mean: float32 keeps seven digits of a value. */
const RESOLVED = 1e-6;

/**
 * Mean and deviation of each column, in float64.
 *
 * @throws IResNetError of kind `data` for a constant column, which has no density, and for one that float32
 * cannot tell apart.
 */
export function momentsOf(
  title: string,
  { columns, rows, values }: Table,
): { readonly mean: number[]; readonly deviation: number[] } {
  const width = columns.length;
  const mean = new Array<number>(width).fill(0);
  const square = new Array<number>(width).fill(0);
  for (let i = 0; i < values.length; i++) mean[i % width]! += values[i]! / rows;
  for (let i = 0; i < values.length; i++) square[i % width]! += (values[i]! - mean[i % width]!) ** 2 / rows;
  const deviation = square.map(Math.sqrt);
  const refuse = (what: string, wrong: (j: number) => boolean): void => {
    const names = columns.filter((_, j) => wrong(j));
    if (names.length > 0) throw new IResNetError('data', title, `${what} ${names.join(', ')}`);
  };
  refuse(
    'expected columns that vary, got the same value in every training row of',
    // The rounding of the mean leaves a trace of variance.
    (j) => deviation[j]! <= 1e-14 * Math.abs(mean[j]!),
  );
  refuse(
    'expected values that 32-bit floats can tell apart (subtract an offset, change the unit), got others in',
    (j) => !(deviation[j]! > RESOLVED * Math.abs(mean[j]!) && deviation[j]! > 1e-30 && deviation[j]! < 1e30),
  );
  return { mean, deviation };
}

import { IResNetError, type Rng } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { columnsOf } from '../columns/given';

/** Rows of a part at least, by their weights: a standard error needs two. */
const LEAST = 2;

/** Picks rows of a part in proportion to their weights; see {@link byWeight}. */
export type RowPick = (part: 'train' | 'judge', rows: Uint32Array) => Uint32Array;

/**
 * Rows in proportion to their weights, by systematic sampling: a row that is due 2.3 times comes
 * twice or three times, at random. Where all weights are equal each row comes once. Moments,
 * batches, validation and scores of the rows that come are then all weighted.
 *
 * Rows to train on are as many as before. Of those that judge come (Σw)²/Σw² (Kish, Survey
 * Sampling, 1965, section 11.7): so many of equal weight know as much, and a standard error of more
 * would be too small.
 *
 * @param name - The column of the weights; without it all rows come once.
 * @throws IResNetError of kind `data` for a column that is not there or holds categories, for a
 * weight that is negative or not finite, and for a part without weight.
 */
export function byWeight(title: string, table: Table, name: string | undefined, rng: Rng): RowPick {
  if (name === undefined) return (_, rows) => rows;
  const weights = weightsOf(title, table, name);
  return (part, rows) => {
    if (rows.length === 0) return rows;
    const [sum, squares] = [1, 2].map((power) => rows.reduce((total, i) => total + weights[i]! ** power, 0));
    const effective = sum! > 0 ? Math.round(sum! ** 2 / squares!) : 0;
    if (effective < LEAST) {
      const what = `expected weights in '${name}' that come to ${LEAST} rows to ${part} at least`;
      throw new IResNetError('data', title, `${what}, got ${effective} of ${rows.length} rows`);
    }
    const count = part === 'train' ? rows.length : effective;
    return inProportion(rows, weights, count, rng.next());
  };
}

function weightsOf(title: string, table: Table, name: string): Float64Array {
  const { values, kinds } = columnsOf(title, table, [name]);
  const refuse = (got: string): never => {
    throw new IResNetError('data', title, `expected weights from 0 up in the column '${name}', got ${got}`);
  };
  if (kinds?.[0]?.kind === 'category') refuse('categories');
  const at = values.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (at >= 0) refuse(`${values[at]!} in row ${table.numbers?.[at] ?? at + 1}`);
  return values as Float64Array;
}

/** `count` rows; `start` in [0, 1) decides which are rounded up. */
function inProportion(rows: Uint32Array, weights: Float64Array, count: number, start: number): Uint32Array {
  const total = rows.reduce((sum, i) => sum + weights[i]!, 0);
  const drawn = new Uint32Array(count);
  let before = 0;
  let at = 0;
  for (const i of rows) {
    before += weights[i]!;
    while (at < count && (start + at) * total < before * count) drawn[at++] = i;
  }
  return drawn;
}

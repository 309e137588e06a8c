import { describe, expect, it } from 'vitest';
import { createRng } from '@iresnet/core';
import * as tf from '@tensorflow/tfjs';
import { tableRemarks, type Table } from '../src/index';

const rows = 100;
/** A table of one column `a`. */
const column = (value: (row: number) => number): Table => ({
  columns: ['a'],
  rows,
  values: Float64Array.from({ length: rows }, (_, row) => value(row)),
});
const said = (table: Table) => tableRemarks(table).map(({ text }) => text);
/** Gaussian numbers, no two of which are equal. */
function gaussian(): ArrayLike<number> {
  const drawn = createRng(1).normal([rows]);
  const values = drawn.dataSync();
  drawn.dispose();
  return values;
}

describe('tableRemarks', async () => {
  await tf.setBackend('cpu');
  const normal = gaussian();

  it('says nothing of numbers on a line, also with heavy tails and far from zero', () => {
    expect(said(column((row) => normal[row]!))).toEqual([]);
    expect(said(column((row) => 1e6 + normal[row]!))).toEqual([]);
    expect(said(column((row) => Math.exp(2 * normal[row]!)))).toEqual([]);
    expect(said({ ...column(() => 1), rows: 3, values: Float64Array.of(1, 2, 1e9) })).toEqual([]);
  });

  it('knows columns that follow from others, and rows that are copies', () => {
    const drawn = Array.from({ length: rows }, (_, row) => [
      normal[row]!,
      Math.abs(normal[(row * 7 + 3) % rows]!),
    ]);
    const table = (last: (row: number[], i: number) => number): Table => ({
      columns: ['a', 'b', 'c'],
      rows,
      values: Float64Array.from(drawn.flatMap((row, i) => [...row, last(row, i)])),
    });
    expect(said(table(([a, b]) => 3 * a! - 2 * b! + 1e6))).toEqual([
      expect.stringMatching(/^'c' follows from the columns before: /),
    ]);
    // A hundredth of a deviation is not a rounding.
    expect(said(table(([a, b], i) => a! + b! + 0.01 * Math.sin(i * i)))).toEqual([]);
    const copied = table(([a]) => Math.tanh(a!));
    copied.values.copyWithin(0, 60, 60 + 3 * 12);
    expect(said(copied)).toEqual(['12 of 100 rows are copies of rows before them']);
  });

  it('knows codes for missing values, their rows and how many there are', () => {
    expect(said(column((row) => (row === 7 ? -999 : normal[row]!)))).toEqual([
      expect.stringMatching(/^'a' is -999 in row 8, \d+ interquartile ranges from the next value/),
    ]);
    const both = said(column((row) => (row % 30 === 3 ? 9.96921e36 : row === 5 ? -1e20 : normal[row]!)));
    expect(both).toEqual([
      expect.stringMatching(/^'a' is -100000000000000000000 in row 6, \de\+19 interquartile/),
      expect.stringMatching(/^'a' is 9\.96921e\+36 in row 4 and 3 more, \de\+36 interquartile/),
    ]);
  });

  it('knows counters, few values and atoms', () => {
    expect(said(column((row) => 5 + row))).toEqual(["'a' counts the rows, which says nothing about them"]);
    expect(said(column((row) => row % 2))).toEqual([
      expect.stringMatching(/^'a' takes at most 20 different/),
    ]);
    expect(said(column((row) => (row % 2 ? 0 : normal[row]!)))).toEqual([
      expect.stringMatching(/^'a' is 0 in 50 % of the rows: the noise/),
    ]);
    expect(said(column(() => 3))).toEqual([]); // Refused elsewhere.
  });

  it('stays short for many columns', () => {
    const columns = Array.from({ length: 60 }, (_, c) => `c${c}`);
    const values = Float64Array.from({ length: rows * 60 }, (_, i) => (i % 7) + (i < 60 ? 1e6 : 0));
    const lines = said({ columns, rows, values });
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines[0]).toMatch(/'c7' and 52 more take at most 20/);
  });
});

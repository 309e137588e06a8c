import { expect, it } from 'vitest';
import type { Table } from '@iresnet/datasets';
import { checkRecipe, defaultRecipe, tableSource, type Recipe, type TableSource } from '../src';

const base: Recipe = { ...defaultRecipe('table'), whiten: false, holdOut: 0, validation: 0 };
const weighted: Recipe = { ...base, weights: 'w' };

/** Rows of x, y and w. */
const table = (rows: readonly (readonly number[])[], columns = ['x', 'w', 'y']): Table => ({
  columns,
  rows: rows.length,
  values: Float64Array.from(rows.flat()),
});
const xs = [0, 1, 3, 7, 20, 100];
const byRow = (weights: readonly number[]): Table => table(xs.map((x, i) => [x, weights[i]!, x * x + i]));
const judged = byRow([1, 1, 1, 1, 1, 1]);
const numbersOf = ({ training }: TableSource): number[] => [...training.numbers!].sort((a, b) => a - b);

it('a row of weight 2 counts as two rows, one of weight 0 as none', () => {
  // n · w/Σw is a whole number for each row, so nothing is rounded.
  const source = tableSource('t', byRow([1, 1, 1, 1, 2, 0]), weighted, judged);
  expect(numbersOf(source)).toEqual([1, 2, 3, 4, 5, 5]);
  expect(source.input.columns).toEqual(['x', 'y']);
  expect(source.mean![0]).toBeCloseTo((0 + 1 + 3 + 7 + 2 * 20) / 6, 12);
});

it('other weights are rounded up or down at random, and in proportion on the average', () => {
  const weights = [0.5, 1, 1.5, 2, 3.2, 0.3];
  const total = weights.reduce((a, b) => a + b);
  const seeds = 400;
  const counts = xs.map(() => 0);
  for (let seed = 1; seed <= seeds; seed++) {
    const found = numbersOf(tableSource('t', byRow(weights), { ...weighted, seed }, judged));
    expect(found).toHaveLength(6);
    weights.forEach((weight, i) => {
      const times = found.filter((number) => number === i + 1).length;
      expect(Math.abs(times - (6 * weight) / total)).toBeLessThan(1);
      counts[i]! += times;
    });
  }
  // A count that is off by less than 1 has a deviation below 1/2: four standard errors are .1.
  counts.forEach((count, i) => {
    expect(Math.abs(count / seeds - (6 * weights[i]!) / total)).toBeLessThan(0.1);
  });
});

it('equal weights give the parts of a table without weights', () => {
  const rows = Array.from({ length: 60 }, (_, i) => [i % 7, 2, (i * i) % 11]);
  const cut = { holdOut: 0.2, validation: 0.2 };
  const with2 = tableSource('t', table(rows), { ...weighted, ...cut });
  const without = tableSource('t', table(rows.map(([x, , y]) => [x!, y!]), ['x', 'y']), { ...base, ...cut }); // prettier-ignore
  for (const part of ['training', 'validation', 'heldOut'] as const) {
    expect(with2[part].numbers).toEqual(without[part].numbers);
    expect(with2[part].data).toEqual(without[part].data);
  }
});

it('a part that judges has as many rows as it has weight', () => {
  // (Σw)²/Σw² of 4, 1, 1, 1, 1, 1 is 81/21 = 3.9, and the first row is due 4 · 4/9 = 1.8 times.
  const source = tableSource('t', judged, weighted, byRow([4, 1, 1, 1, 1, 1]));
  expect(source.heldOut.count).toBe(4);
  const first = [...source.heldOut.numbers!].filter((number) => number === 1).length;
  expect([1, 2]).toContain(first);
});

it('says what is wrong with weights', () => {
  const cases: [Table, string][] = [
    [byRow([1, 1, -1, 1, 1, 1]), "t: expected weights from 0 up in the column 'w', got -1 in row 3"],
    [byRow([1, NaN, 1, 1, 1, 1]), "t: expected weights from 0 up in the column 'w', got NaN in row 2"],
    [byRow([1, Infinity, 1, 1, 1, 1]), 'got Infinity in row 2'],
    [byRow([0, 0, 0, 0, 0, 0]), "expected weights in 'w' that come to 2 rows to train at least, got 0 of 6"],
    [byRow([0, 5, 0, 0, 0, 0]), 'got 1 of 6 rows'],
    [table([[1, 2], [3, 4], [5, 6], [7, 8]], ['x', 'y']), "expected a column 'w', got x, y"], // prettier-ignore
    [
      {
        ...judged,
        kinds: [{ kind: 'real' }, { kind: 'category', values: ['a', 'b'] }, { kind: 'real' }],
      },
      'got categories',
    ],
  ];
  for (const [rows, message] of cases)
    expect(() => tableSource('t', rows, weighted, judged)).toThrow(message);
  expect(() => checkRecipe('config', { ...weighted, given: ['w'] })).toThrow(
    "config: expected weights of rows in a column that is not given, got 'w'",
  );
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import type { ColumnKind, Table } from '@iresnet/datasets';

import {
  decodePipeline,
  defaultRecipe,
  encodePipeline,
  sample,
  score,
  tableSource,
  train,
  type TableInput,
} from '../src/index';
import { categoryEffects } from '../src/columns/effects';
import { hostMap } from '../src/columns/hostMap';
import { movesOf } from '../src/columns/moves';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const words = (values: readonly string[]): ColumnKind => ({ kind: 'category', values });
const kinds: ColumnKind[] = [{ kind: 'real' }, words(['fir', 'oak', 'elm', 'yew']), words(['n', 's']), { kind: 'real' }]; // prettier-ignore
const [trees, sides] = [
  [5, -3, 9, 0],
  [1, -1],
] as const;

const average = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** height = tree + side + N(0, 1), age = N(40, 9²): the means of a tree have no order. */
function grove(rows: number, seed: number): Table {
  const rng = createRng(seed);
  const normal = rng.normal([2 * rows]).dataSync();
  const values = Array.from({ length: rows }, (_, i) => {
    const [tree, side] = [rng.nextInt(4), rng.nextInt(2)];
    return [20 + trees[tree]! + sides[side]! + normal[2 * i]!, tree, side, 40 + 9 * normal[2 * i + 1]!];
  });
  return {
    columns: ['height', 'tree', 'side', 'age'],
    rows,
    values: Float64Array.from(values.flat()),
    kinds,
  };
}

describe('effects of categories', () => {
  test('are the means, as least squares find them', () => {
    const table = grove(4000, 1);
    const effects = categoryEffects(table, table, kinds)!;
    expect(effects.map(({ category, column }) => [category, column])).toEqual([
      ['tree', 'height'],
      ['side', 'height'],
    ]);
    const [tree, side] = effects.map(({ shift }) => shift);
    // The standard error of a mean of 1000 rows is 0.03; only differences are determined.
    for (let c = 1; c < 4; c++) expect(tree![c]! - tree![0]!).toBeCloseTo(trees[c]! - trees[0], 0);
    expect(side![0]! - side![1]!).toBeCloseTo(2, 1);
  });

  test('are none where nothing depends on a category, where none is there, and of few rows', () => {
    const rng = createRng(5);
    const normal = rng.normal([600]).dataSync();
    const values = Float64Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? normal[i]! : rng.nextInt(30)));
    const many = words(Array.from({ length: 30 }, (_, i) => String(i)));
    const table = { columns: ['x', 'shop'], rows: 300, values };
    expect(categoryEffects(table, table, [{ kind: 'real' }, many])).toBeNull();
    expect(categoryEffects(table, table, undefined)).toBeNull();
    const few = { ...grove(19, 2) };
    expect(categoryEffects(few, few, kinds)).toBeNull();
  });

  test('draw the mean of a rare value to that of all, as its rows allow', () => {
    // One value has two rows, both far out by chance of their own spread.
    const rng = createRng(6);
    const normal = rng.normal([400]).dataSync();
    const rows = Array.from({ length: 400 }, (_, i) => [(i % 2 ? 3 : -3) + normal[i]!, i < 2 ? 2 : i % 2]);
    rows[0]![0] = rows[1]![0] = 6;
    const table = { columns: ['x', 'kind'], rows: 400, values: Float64Array.from(rows.flat()) };
    const [effect] = categoryEffects(table, table, [{ kind: 'real' }, words(['a', 'b', 'c'])])!;
    expect(effect!.shift[0]).toBeCloseTo(-3, 0);
    expect(effect!.shift[1]).toBeCloseTo(3, 0);
    expect(effect!.shift[2]).toBeGreaterThan(0);
    expect(effect!.shift[2]).toBeLessThan(5); // 2/(2 + 1) of 6 at most, in place of 6
  });
});

describe('rows that are moved', () => {
  const columns = ['height', 'tree', 'age'];
  const effects = [{ category: 'tree', column: 'height', shift: [5, -3, 9] }, { category: 'tree', column: 'age', shift: [0, 0.25, -1] }]; // prettier-ignore
  const moves = movesOf(columns, effects)!;
  const masses = { kind: 'masses', low: 0, mass: [0.2, 0.5, 0.3], below: 0, above: 0, scale: 1 } as const;
  const standardize = { mean: [20, 0.1, 3], deviation: [2, 0.9, 4], factor: [1, 0, 0, 0.6, 0.8, 0, -0.3, 0.2, 0.9] }; // prettier-ignore
  const transforms = ['none', masses, { kind: 'asinh', center: 1, scale: 2 }] as const;
  const host = hostMap(standardize, transforms, moves);
  const still = hostMap(standardize, transforms);
  const rows = [[24, 0.4, 6], [17, 1.01, -300], [31, 2.98, 0.3], [20, 1.5, 1]]; // prettier-ignore

  test('go to the network and come back', () => {
    for (const row of rows) {
      const back = host.toData(host.toModel(row));
      row.forEach((x, j) => expect(Math.abs(back[j]! - x)).toBeLessThan(1e-11 * (1 + Math.abs(x))));
    }
  });

  test('are those of the map without moves, less the moves: the volume is the same', () => {
    for (const row of rows) {
      const tree = Math.floor(row[1]!);
      const [u, v] = [host.inDeviations(row), still.inDeviations(row)];
      expect(v[0]! - u[0]!).toBeCloseTo(effects[0]!.shift[tree]! / 2, 12);
      expect(v[1]).toBe(u[1]);
      expect(v[2]! - u[2]!).toBeCloseTo(effects[1]!.shift[tree]! / 4, 12);
      expect(host.logVolume(row)).toBe(still.logVolume(row));
    }
  });

  test('are within the bound of an error, also where it makes another category of one', () => {
    const rng = createRng(3);
    let others = 0;
    for (const row of rows) {
      const z = host.toModel(row);
      for (const radius of [0, 1e-7, 0.01, 0.3, 1]) {
        const bound = host.errorBound(row, z, radius);
        for (let draw = 0; draw < 100; draw++) {
          const way = rng.normal([3]).dataSync();
          const length = Math.hypot(...way);
          const step = Float64Array.from(way, (w) => (radius * w) / length);
          const back = host.toData(z.map((value, j) => value + step[j]!));
          if (Math.floor(back[1]!) !== Math.floor(row[1]!)) others += 1;
          expect(Math.hypot(...back.map((x, j) => x - row[j]!)), `${row.join()} ± ${radius}`).toBeLessThanOrEqual(bound); // prettier-ignore
          const difference = host.difference(row, z, step);
          back.forEach((x, j) => expect(difference[j]).toBeCloseTo(Math.abs(x - row[j]!), 9));
        }
      }
    }
    expect(others).toBeGreaterThan(50);
  });
});

test('a density of numbers by category: nearly the truth, with means of draws as in the data', async () => {
  const { model, ...rest } = defaultRecipe('table', 'density', { rows: 900, columns: 4 });
  const small = { kind: 'dense', flow: { ...model.flow, blocks: 2, hidden: [16] } } as typeof model;
  const recipe = { ...rest, model: small, steps: 40 };
  const table = grove(900, 7);
  const learned = async (byCategory: boolean) => {
    const source = tableSource('grove', table, { ...recipe, byCategory });
    const { pipeline } = await train(source, { ...recipe, byCategory });
    const { logProb } = await score(pipeline, source.heldOut.data);
    return { pipeline, source, mean: average(logProb!) };
  };
  const { pipeline, source, mean } = await learned(true);
  const input = pipeline.input as TableInput;
  expect(input.effects!.map(({ column }) => column)).toEqual(['height', 'height']);
  const { values, rows } = source.heldOut.data;
  let truth = 0;
  for (let i = 0; i < rows; i++) {
    const [height, tree, side, age] = values.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number]; // prettier-ignore
    const u = height - 20 - trees[tree]! - sides[side]!;
    truth -= (u * u + ((age - 40) / 9) ** 2) / 2 + Math.log(2 * Math.PI) + Math.log(9) + Math.log(8);
  }
  truth /= rows;
  expect(mean).toBeGreaterThan(truth - 0.1);
  expect(mean).toBeGreaterThan((await learned(false)).mean + 0.2);

  const drawn = await sample(pipeline, 2000, { seed: 1 });
  for (let tree = 0; tree < 4; tree++) {
    const heights = Array.from({ length: 2000 }, (_, i) => i).filter((i) => drawn.values[4 * i + 1] === tree).map((i) => drawn.values[4 * i]!); // prettier-ignore
    const wanted = 20 + trees[tree]!;
    // 500 draws of deviation 1.4 have a standard error of 0.06; the data as much.
    expect(Math.abs(average(heights) - wanted), `tree ${tree}`).toBeLessThan(0.35);
  }

  const again = decodePipeline(await encodePipeline(pipeline));
  expect(again.input).toEqual(pipeline.input);
  const scores = (await score(again, source.heldOut.data)).logProb!;
  expect(average(scores)).toBe(mean);
}, 120_000);

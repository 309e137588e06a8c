import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { iris, momentIn, takeRows, type ColumnKind, type Table } from '@iresnet/datasets';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  defaultRecipe,
  rowFigures,
  sample,
  samplePieces,
  sampleRecords,
  score,
  scorePieces,
  tableSource,
  train,
  type Drawn,
  type DrawnPiece,
  type Pipeline,
  type Recipe,
} from '../src';
import { rowSummary } from '../src/run';

const model = {
  kind: 'dense',
  flow: { blocks: 1, hidden: [8], activation: 'sin', coefficient: 0.9, actNorm: true },
} as const;
const recipe: Recipe = { ...defaultRecipe('table'), steps: 2, model };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('rows that are drawn', () => {
  const day = momentIn('2026-01-01')!.days;
  const kinds: ColumnKind[] = [
    { kind: 'real' },
    { kind: 'category', values: ['red', 'blue'] },
    { kind: 'date' },
    { kind: 'real' },
  ];
  let pipeline: Pipeline;
  let given: Pipeline;
  beforeAll(async () => {
    const rng = createRng(1);
    const values = Float64Array.from({ length: 400 }, (_, k) => {
      const u = rng.nextUint32() / 2 ** 32;
      return [Math.round(1000 * u) / 100, Number(u > 0.5), day + Math.floor(30 * u), u][k % 4]!;
    });
    const table: Table = { columns: ['price', 'colour', 'day', 'load'], rows: 100, values, kinds };
    pipeline = (await train(tableSource('t', table, recipe), recipe)).pipeline;
    const conditional = { ...recipe, given: ['day'] };
    given = (await train(tableSource('t', table, conditional), conditional)).pipeline;
  });

  async function piecesOf(...[of, n, options]: Parameters<typeof samplePieces>): Promise<DrawnPiece[]> {
    const found: DrawnPiece[] = [];
    for await (const piece of samplePieces(of, n, options)) found.push(piece);
    return found;
  }

  test('are those of one call of sample', async () => {
    const pieces = await piecesOf(pipeline, 1030, { seed: 3 });
    expect(pieces.map(({ table }) => table.rows)).toEqual([1024, 6]);
    const drawn: Drawn[] = [];
    const [whole] = await piecesOf(pipeline, 1030, {
      seed: 3,
      size: 2048,
      async draw(n, options) {
        drawn.push(await sample(pipeline, n, options));
        return drawn.at(-1)!;
      },
    });
    expect(drawn.map(({ count }) => count)).toEqual([1030]);
    expect(whole!.table.values).toEqual(drawn[0]!.values);
    expect(pieces.flatMap(({ table }) => Array.from(table.values))).toEqual(Array.from(drawn[0]!.values));
    expect(pieces.flatMap(({ converged }) => converged)).toEqual(drawn[0]!.converged);
  });

  test('for each of some given rows, whose columns stand behind the others', async () => {
    const days: Table = { columns: ['x', 'day'], rows: 2, values: Float64Array.of(9, day, 9, day + 7) };
    const [piece] = await piecesOf(given, 2, { given: days });
    expect(piece!.table.columns).toEqual(['price', 'colour', 'load', 'day']);
    const rows = (j: number) => Array.from({ length: 4 }, (_, i) => piece!.table.values[4 * i + j]!);
    expect(rows(3)).toEqual([day, day, day + 7, day + 7]);
    const { values } = await sample(given, 4, { given: takeRows(days, [0, 0, 1, 1]) });
    expect(rows(0)).toEqual([0, 3, 6, 9].map((k) => values[k]));
  });

  test('are written with the decimals of their column, categories and days as texts', async () => {
    const [{ table }] = (await piecesOf(pipeline, 50, {})) as [DrawnPiece];
    for await (const records of sampleRecords(pipeline, [table])) {
      expect(records).toHaveLength(50);
      for (const [i, record] of records.entries()) {
        expect(record.map(([name]) => name)).toEqual(table.columns);
        const [price, colour, date, load] = record.map(([, value]) => value);
        const row = table.values.subarray(4 * i, 4 * i + 4);
        expect(price).toBe(Number(row[0]!.toFixed(2)));
        expect(colour).toBe(['red', 'blue'][row[1]!]);
        expect(date).toBe(new Date(864e5 * row[2]!).toISOString().slice(0, 10));
        // Nine digits of a deviation, which is below 1: the rest of float64 says nothing.
        expect(Math.abs((load as number) - row[3]!)).toBeLessThan(1e-9);
        expect(String(load).length).toBeLessThanOrEqual(13);
      }
    }
  });

  test('what cannot be is refused', async () => {
    await expect(piecesOf(pipeline, 5, { size: 100 })).rejects.toThrow('a multiple of 1024, got 100');
    await expect(piecesOf(pipeline, -1, {})).rejects.toThrow('expected a count n ≥ 0');
    const images = { ...pipeline, input: { kind: 'images' } } as unknown as Pipeline;
    await expect(piecesOf(images, 5, {})).rejects.toThrow('expected a model of rows');
  });
});

describe('figures of rows', () => {
  test('are means over the rows that can be judged', async () => {
    const labelled: Recipe = { ...defaultRecipe('table', 'hybrid'), steps: 2, model };
    const { pipeline } = await train(tableSource('iris', iris(), labelled), labelled);
    const table = takeRows(iris(), [0, 1, 60, 61, 120, 121, 3]);
    table.values.set([NaN], 4);
    const labels = [0, 0, 1, 1, 2, 2, 2];
    const { logProb, probabilities } = await score(pipeline, table);
    const kept = [0, 2, 3, 4, 5, 6];
    const mean = kept.reduce((sum, i) => sum + logProb![i]!, 0) / 6;
    const right = kept.filter((i) => {
      const shares = Array.from(probabilities!.subarray(3 * i, 3 * i + 3));
      return shares.indexOf(Math.max(...shares)) === labels[i];
    });
    const pieces = async function* () {
      for (const [first, to] of [
        [0, 4],
        [4, 7],
      ] as const)
        // prettier-ignore
        yield { first, scores: await score(pipeline, takeRows(table, range(first, to))) };
    };
    const figures = await rowFigures(pipeline, pieces(), labels);
    expect(figures).toMatchObject({ rows: 7, unusable: 1 });
    expect(figures.logLikelihood!.mean).toBeCloseTo(mean, 12);
    expect(figures.accuracy).toMatchObject({ label: 'species' });
    expect(figures.accuracy!.value.mean).toBeCloseTo(right.length / 6, 12);
    const [density, accuracy] = rowSummary(figures);
    expect(density![1]).toMatch(/^-?[\d.]+ ± [\d.]+ nats a row \(6 of 7 rows\)$/);
    expect(accuracy![0]).toBe('accuracy of species');
    expect(await rowFigures(pipeline, pieces())).not.toHaveProperty('accuracy');
  });

  test('say so where no row can be judged', async () => {
    const table = {
      columns: ['a'],
      rows: 60,
      values: Float64Array.from({ length: 60 }, (_, i) => Math.sin(i)),
    };
    const { pipeline } = await train(tableSource('t', table, recipe), recipe);
    const none = { ...table, rows: 2, values: Float64Array.of(NaN, NaN) };
    const figures = await rowFigures(pipeline, scorePieces(pipeline, [none]), [0, 0]);
    expect(figures).toEqual({ rows: 2, unusable: 2, logLikelihood: null });
    expect(rowSummary(figures)).toEqual([['log-likelihood', 'no row can be judged']]);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

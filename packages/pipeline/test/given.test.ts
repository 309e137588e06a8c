import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../scripts/native';
import {
  calibrate,
  defaultRecipe,
  explain,
  interpolate,
  openModel,
  reconstruct,
  references,
  sample,
  score,
  tableFigures,
  tableSource,
  train,
  type Pipeline,
  type TableSource,
} from '../src';
import { saveModel } from '../src/node';
import { tableReport } from '../src/run';

/**
 * Steps of the training, and nats that it may miss: `IRESNET_CONDITIONAL=800,0.01` makes it longer.
 */
const [steps, tolerance] = (process.env['IRESNET_CONDITIONAL'] ?? '200,0.05').split(',').map(Number) as [
  number,
  number,
];

const ln = (z: number) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
const site = { kind: 'category', values: ['hill', 'valley', 'shore'] } as const;
/** yield given rain and site is normal; rain and site are not. */
const meanOf = (rain: number, at: number) => 40 + 0.2 * rain + [0, 8, -6][at]!;
const deviationOf = (at: number) => [4, 2, 4][at]!;
const truth = (y: number, rain: number, at: number) =>
  ln((y - meanOf(rain, at)) / deviationOf(at)) - Math.log(deviationOf(at));

function fields(rows: number, seed: number): Table {
  const rng = createRng(seed);
  const noise = rng.normal([2 * rows]);
  const e = noise.dataSync();
  noise.dispose();
  const values = new Float64Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    const at = rng.nextInt(3);
    const rain = 100 * Math.exp(0.4 * e[2 * i]!);
    values.set([rain, meanOf(rain, at) + deviationOf(at) * e[2 * i + 1]!, at], 3 * i);
  }
  return {
    columns: ['rain', 'yield', 'site'],
    rows,
    values,
    kinds: [{ kind: 'real' }, { kind: 'real' }, site],
  };
}

describe('accelerated wasm', () => {
  const dir = mkdtempSync(join(tmpdir(), 'given-'));
  let pipeline: Pipeline;
  let source: TableSource;
  const recipe = {
    ...defaultRecipe('table', 'density', { rows: 3000, columns: 3 }),
    given: ['site', 'rain'],
    steps,
    validateEvery: 50,
    learningRate: 0.01,
    emaDecay: 0.97,
    noise: 0,
  };

  beforeAll(async () => {
    await startBackend('accelerated wasm');
    source = tableSource('fields', fields(3000, 1), recipe);
    pipeline = await calibrate((await train(source, recipe)).pipeline, source);
  }, 3_600_000);
  afterAll(() => {
    pipeline.model.dispose();
    rmSync(dir, { recursive: true });
  });

  test('ln p(yield | site, rain) is near to the closed form', async () => {
    expect(pipeline.input).toMatchObject({ columns: ['yield'], given: { columns: ['site', 'rain'] } });
    const table = fields(2000, 2);
    const { logProb, unusable } = await score(pipeline, table);
    expect(unusable).toEqual([]);
    const lost =
      Array.from(logProb!).reduce((sum, value, i) => {
        const [rain, y, at] = table.values.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
        return sum + truth(y, rain, at) - value;
      }, 0) / table.rows;
    console.log(`${lost.toFixed(4)} nats below the closed form`);
    expect(lost).toBeLessThan(tolerance);
    // Rows as lists have the columns of the model and then the given ones.
    const { logProb: listed } = await score(pipeline, [
      [table.values[1]!, table.values[2]!, table.values[0]!],
    ]);
    expect(listed![0]).toBeCloseTo(logProb![0]!, 5);
    const { maxDeviations } = await reconstruct(pipeline, table);
    expect(Math.max(...maxDeviations)).toBeLessThan(1e-4);
  });

  test('p-values are those of rows with the same context, and reasons name no given column', async () => {
    // 80 is a usual yield of the valley with much rain, and not of the shore with little.
    const columns = ['yield', 'rain', 'site'];
    const table = { columns, rows: 2, values: Float64Array.of(78, 150, 1, 78, 60, 2), kinds: [{ kind: 'real' }, { kind: 'real' }, site] } as const; // prettier-ignore
    const { pValue } = await score(pipeline, table);
    expect(pValue![0]).toBeGreaterThan(0.1);
    expect(pValue![1]).toBeLessThan(0.02);
    const [usual, odd] = await explain(pipeline, table);
    expect(odd!.map(({ column }) => column)).toEqual(['yield']);
    expect(Math.abs(odd![0]!.usual - meanOf(60, 2))).toBeLessThan(12);
    expect(usual![0]?.gain ?? 0).toBeLessThan(1.5);
  });

  test('draws for one context, for a row each, and none without', async () => {
    const one = { columns: ['rain', 'site'], rows: 1, values: Float64Array.of(120, 1) };
    const { values, shape } = await sample(pipeline, 2000, { seed: 1, given: one });
    expect(shape).toEqual([1]);
    const mean = Array.from(values).reduce((sum, y) => sum + y, 0) / 2000;
    expect(Math.abs(mean - meanOf(120, 1))).toBeLessThan(0.6);
    const table = fields(500, 3);
    const each = await sample(pipeline, 500, { seed: 1, given: table });
    const residuals = Array.from(
      each.values,
      (y, i) => y - meanOf(table.values[3 * i]!, table.values[3 * i + 2]!),
    );
    expect(Math.abs(residuals.reduce((sum, r) => sum + r, 0) / 500)).toBeLessThan(0.6);
    await expect(sample(pipeline, 5)).rejects.toThrow(
      'expected values of the given columns site, rain, got none',
    );
    await expect(sample(pipeline, 5, { given: { ...table, rows: 2 } })).rejects.toThrow(
      'expected given values in 1 row or in 5, got 2',
    );
    await expect(sample(pipeline, 1, { given: { ...one, values: Float64Array.of(120, 7) } })).rejects.toThrow(
      'expected values of site, rain that the model knows, got 7, 120 in row 1',
    );
    await expect(interpolate(pipeline, table, table, 3)).rejects.toThrow(
      'expected a density without given columns',
    );
  });

  test('a row whose context is missing has the reason; the others their scores', async () => {
    const { logProb, unusable } = await score(pipeline, [[60, 0, 100], [60, NaN, 100], [60, 1, NaN]]); // prettier-ignore
    expect(Number.isFinite(logProb![0]!)).toBe(true);
    expect(unusable.map(({ index, column }) => [index, column])).toEqual([[1, 'site'], [2, 'rain']]); // prettier-ignore
  });

  test('saved and opened it gives the same scores, and its figures and report are made', async () => {
    const path = join(dir, 'model');
    await saveModel(path, pipeline);
    const opened = await openModel(path);
    const table = fields(50, 4);
    expect((await score(opened, table)).logProb).toEqual((await score(pipeline, table)).logProb);
    opened.model.dispose();
    const figures = await tableFigures(pipeline, source, references(source), createRng(1));
    expect(figures.references.map(({ name }) => name)).toEqual([
      'Gaussian without site, rain',
      'kernel density without site, rain',
    ]);
    expect(figures.references[0]!.gain.mean).toBeGreaterThan(0.5);
    expect(figures.inverse.skipped).toBe(0);
    const report = await tableReport({
      config: { version: 2, data: { kind: 'file', file: 'fields.csv' }, ...recipe },
      info: {} as never,
      metrics: [],
      source,
      pipeline,
      figures,
    } as never);
    expect(report.columns).toEqual(['yield', 'site', 'rain']);
    expect(report.points!.samples[0]).toHaveLength(3);
  });
});

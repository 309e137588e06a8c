import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError } from '@iresnet/core';
import { takeRows, type Table } from '@iresnet/datasets';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  calibrate,
  decide,
  decodePipeline,
  defaultRecipe,
  encodePipeline,
  explain,
  score,
  tableSource,
  train,
  trainedShare,
  type Pipeline,
  type TableSource,
} from '../src';
import { restore, describe as describePipeline } from '../src/format';

function normal(rows: number, columns: number, seed: number): Table {
  const drawn = createRng(seed).normal([rows, columns]);
  const values = Float64Array.from(drawn.dataSync());
  drawn.dispose();
  return { columns: Array.from({ length: columns }, (_, j) => `c${j}`), rows, values };
}

const recipe = { ...defaultRecipe('table'), steps: 3 };
let source: TableSource;
let pipeline: Pipeline;
beforeAll(async () => {
  await tf.setBackend('cpu');
  source = tableSource('t', normal(200, 2, 1), recipe);
  pipeline = await calibrate((await train(source, recipe)).pipeline, source);
});

describe('calibrate', () => {
  test('keeps the scores of the held-out rows, and p-values count them', async () => {
    const usual = (await score(pipeline, source.heldOut.data)).logProb!;
    expect(pipeline.calibration).toMatchObject({ count: source.heldOut.count, of: 'heldOut' });
    const { logProb, pValue, percentile } = await score(pipeline, normal(50, 2, 2));
    logProb!.forEach((s, i) => {
      const atMost = usual.filter((value) => value <= s).length;
      expect(pValue![i]).toBe((1 + atMost) / (usual.length + 1));
      expect(percentile![i]).toBeCloseTo((100 * atMost) / usual.length, 10);
    });
    const [far, none] = (await score(pipeline, [[1e39, 0], [NaN, 0]])).pValue!; // prettier-ignore
    expect([far, none]).toEqual([1 / (usual.length + 1), NaN]);
  });

  test('is stored with the model, to the last bit; a model without it has no p-values', async () => {
    const again = decodePipeline(await encodePipeline(pipeline));
    expect(again.calibration).toEqual(pipeline.calibration);
    const { calibration: _, ...plain } = pipeline;
    const { pValue, percentile, recognized } = await score(plain, source.heldOut.data);
    expect([pValue, percentile, recognized]).toEqual([null, null, null]);
    expect(() => decide({ logProb: Float64Array.of(1), pValue }, { alarm: 0.1 })).toThrow(IResNetError);
  });

  test('takes usual rows of a table', async () => {
    const usual = normal(30, 2, 3);
    const other = await calibrate(pipeline, usual);
    expect(other.calibration).toMatchObject({ count: 30, of: 'given', trained: null });
    await expect(calibrate(pipeline, takeRows(usual, []))).rejects.toThrow('one usual row or more');
  });

  test.each([
    ['scores out of order', { scores: [2, 1], below: [0, 1] }],
    ['ranks out of order', { scores: [1, 2], below: [1, 1] }],
    ['another number of ranks', { scores: [1, 2], below: [0] }],
    ['a rank above the count', { scores: [1, 2], below: [0, 9] }],
    ['a score that is text', { scores: ['1'], below: [0] }],
    ['values of another column', { scores: [1], below: [0], values: [[1], [2], [3]] }],
  ])('refuses a file with %s', (_name, wrong) => {
    const config = { ...describePipeline(pipeline), calibration: { count: 5, of: 'given', values: [[1], [2]], trained: null, ...wrong } }; // prettier-ignore
    expect(() => restore({ config, tensors: new Map() }, 'config.json')).toThrow(
      /config\.json: .*calibration/,
    );
  });
});

describe('rows that the model was trained on', () => {
  const shareOf = async (table: Table): Promise<number> =>
    trainedShare(pipeline.calibration!.trained!, (await score(pipeline, table)).recognized!);

  test('are recognized, others are not', async () => {
    expect(await shareOf(source.training.data)).toBe(1);
    expect(await shareOf(source.heldOut.data)).toBe(0);
    expect(await shareOf(normal(200, 2, 9))).toBe(0);
  });

  test('of few values are no reason for a word', async () => {
    const dice: Table = { ...normal(200, 2, 4), values: Float64Array.from({ length: 400 }, (_, i) => (i * i + (i % 7)) % 3) }; // prettier-ignore
    const same = tableSource('dice', dice, recipe);
    const model = await calibrate((await train(same, { ...recipe, steps: 1 })).pipeline, same);
    const { trained } = model.calibration!;
    expect(trained!.repeated).toBeGreaterThan(0.9);
    expect(trainedShare(trained!, (await score(model, same.heldOut.data)).recognized!)).toBe(0);
  });
});

describe('decide', () => {
  const logProb = Float64Array.of(-1, NaN, -9, -Infinity, -9, -2);
  const pValue = Float64Array.of(0.9, NaN, 0.05, 0.01, 0.05, 0.4);

  test.each([
    [{ alarm: 0.05 }, [0, 0, 1, 1, 1, 0]],
    [{ alarm: 0.02 }, [0, 0, 0, 1, 0, 0]],
    // Of five p-values the third in order is 0.05 ≤ 3 · 0.1/5.
    [{ fdr: 0.1 }, [0, 0, 1, 1, 1, 0]],
    [{ fdr: 0.06 }, [0, 0, 0, 1, 0, 0]],
    [{ top: 2 }, [0, 0, 1, 1, 0, 0]],
    [{ top: 99 }, [1, 0, 1, 1, 1, 1]],
  ])('%j', (decision, flags) => {
    expect(Array.from(decide({ logProb, pValue }, decision))).toEqual(flags);
  });

  test('refuses rules that cannot be', () => {
    for (const wrong of [{ alarm: 5 }, { alarm: 0 }, { fdr: 1 }, { top: -1 }, { top: 1.5 }])
      expect(() => decide({ logProb, pValue }, wrong)).toThrow(/expected an? /);
  });
});

describe('explain', () => {
  test('names the column that is off, with the gain that score confirms and a value that is usual beside the rest', async () => {
    const table = { columns: ['c1', 'c0'], rows: 3, values: Float64Array.of(9, 0.2, 0.1, NaN, 0, 0) };
    const [off, missing] = await explain(pipeline, table);
    const [first] = off!;
    expect(first!.column).toBe('c1');
    const { logProb } = await score(pipeline, [[0.2, 9], [0.2, first!.usual]]); // prettier-ignore
    expect(first!.gain).toBe(logProb![1]! - logProb![0]!);
    expect(first!.gain).toBeGreaterThan(5);
    // Of the values that the calibration keeps, the nearest of those within a nat of the best.
    const tried = pipeline.calibration!.values[1]!;
    const all = (await score(pipeline, tried.map((value) => [0.2, value]))).logProb!; // prettier-ignore
    const usual = tried.filter((_, k) => all[k]! >= Math.max(...all) - 1);
    expect(first!.usual).toBe(Math.max(...usual));
    for (const reasons of [off!, missing!]) {
      const gains = reasons.map(({ gain }) => gain);
      expect(gains).toEqual([...gains].sort((a, b) => b - a));
    }
    expect(missing).toEqual([{ column: 'c0', usual: expect.any(Number) as number, gain: Infinity }]);
    expect(pipeline.calibration!.values[0]).toContain(missing![0]!.usual);
  });

  test('of columns that depend on each other, the one that does not go with the others', async () => {
    // c1 = c0 + noise: 2 is usual in both, and not beside −1.
    const { values } = normal(400, 2, 5);
    for (let i = 0; i < 400; i++) values[2 * i + 1] = values[2 * i]! + 0.1 * values[2 * i + 1]!;
    const related = tableSource('related', { columns: ['c0', 'c1'], rows: 400, values }, recipe);
    const model = await calibrate((await train(related, recipe)).pipeline, related);
    const [reasons, calm] = await explain(model, { columns: ['c0', 'c1'], rows: 2, values: Float64Array.of(-1, 1.5, 0.1, 0.1) }); // prettier-ignore
    const usual = Object.fromEntries(reasons!.map(({ column, usual: value }) => [column, value]));
    expect(Math.abs(usual['c0']! - 1.5)).toBeLessThan(0.4);
    expect(Math.abs(usual['c1']! + 1)).toBeLessThan(0.4);
    expect(Math.max(0, ...calm!.map(({ gain }) => gain))).toBeLessThan(2);
    expect((await explain(model, { columns: ['c0', 'c1'], rows: 1, values: Float64Array.of(-1, 1.5) }, { most: 1 }))[0]).toEqual(reasons!.slice(0, 1)); // prettier-ignore
  });

  test('refuses a model without a calibration, and rows without its columns', async () => {
    const { calibration: _, ...plain } = pipeline;
    const table = { columns: ['c0', 'c2'], rows: 1, values: Float64Array.of(1, 2) };
    await expect(explain(plain, table)).rejects.toThrow('with a calibration');
    await expect(explain(pipeline, table)).rejects.toThrow("expected a column 'c1', got c0, c2");
  });
});

import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IResNetError } from '@iresnet/core';
import { faithful, takeRows, type Table } from '@iresnet/datasets';
import {
  defaultRecipe,
  reconstruct,
  sample,
  scorePieces,
  tableSource,
  train,
  type DenseRecipe,
  type Pipeline,
  type Scores,
} from '../src';
import { saveModel, pipelinePool, type PipelinePool } from '../src/node';

const dir = mkdtempSync(join(tmpdir(), 'score-pool-'));
let pipeline: Pipeline;
const ROWS = 30_000;

/** More rows than three pieces of a pool, two of which cannot be judged. */
function rows(): Table {
  const { rows: n } = faithful();
  const table = takeRows(
    faithful(),
    Array.from({ length: ROWS }, (_, i) => (i * 7) % n),
  );
  const values = Float64Array.from(table.values, (value, i) => value + i * 1e-6);
  values[2 * 9000] = 1e39;
  values[2 * 29_999 + 1] = 1e300;
  return { ...table, values };
}

/** A table as a reader gives it: parts of one array, of a length that fits nothing. */
function* pieces(): Generator<Table> {
  const { columns, values } = rows();
  for (let from = 0; from < ROWS; from += 7001) {
    const to = Math.min(from + 7001, ROWS);
    yield { columns, rows: to - from, values: values.subarray(2 * from, 2 * to) };
  }
}

/** Threads that run a TypeScript program; Node 20 gives them no loader of their parent. */
const threads = (count: number): Worker[] => {
  const program = new URL('./fixtures/pipelineThread.ts', import.meta.url).href;
  const code = `import('${import.meta.resolve('tsx/esm/api')}').then((tsx) => (tsx.register(), import('${program}')))`;
  const options = { eval: true, workerData: dir, execArgv: ['--conditions=@iresnet/source'] };
  return Array.from({ length: count }, () => new Worker(code, options));
};

async function all(runs: ReturnType<PipelinePool['scorePieces']>) {
  const found: { readonly first: number; readonly scores: Scores }[] = [];
  for await (const run of runs) found.push(run);
  return {
    firsts: found.map(({ first, scores }) => [first, scores.count]),
    logProb: found.flatMap(({ scores }) => Array.from(scores.logProb!)),
    unusable: found.flatMap(({ first, scores }) =>
      scores.unusable.map(({ index, ...rest }) => ({ ...rest, index: first + index })),
    ),
  };
}

let workers: readonly Worker[];
let pool: PipelinePool;

beforeAll(async () => {
  await tf.setBackend('cpu');
  const defaults = defaultRecipe('table');
  const { flow } = defaults.model as DenseRecipe;
  const model = { kind: 'dense', flow: { ...flow, blocks: 1, hidden: [4] } } as const;
  const recipe = { ...defaults, steps: 3, model };
  ({ pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe));
  await saveModel(dir, pipeline);
  workers = threads(3);
  pool = pipelinePool(pipeline, workers);
});

afterAll(async () => {
  await pool.close();
  rmSync(dir, { recursive: true, force: true });
});

test('threads give the bits of one, in order', async () => {
  const alone = await all(scorePieces(pipeline, pieces()));
  expect(alone.unusable.map(({ index }) => index)).toEqual([9000, 29_999]);
  const found = await all(pool.scorePieces(pieces()));
  expect(found.firsts).toEqual([[0, 8192], [8192, 8192], [16_384, 8192], [24_576, 5424]]); // prettier-ignore
  expect(found.logProb).toEqual(alone.logProb);
  expect(found.unusable).toEqual(alone.unusable);
});

test('threads draw and invert with the bits of one', async () => {
  const asked = { seed: 4, first: 1024, temperature: 0.9 };
  let done = 0;
  const drawn = await pool.sample(2500, { ...asked, onProgress: (now) => (done = now) });
  expect(drawn).toEqual(await sample(pipeline, 2500, asked));
  expect(done).toBe(2500);
  expect((await pool.reconstruct(drawn)).values).toEqual((await reconstruct(pipeline, drawn)).values);
  const table = takeRows(
    rows(),
    Array.from({ length: 2100 }, (_, i) => i + 7500),
  );
  const [{ evaluationsPerBlock, ...back }, alone] = [
    await pool.reconstruct(table),
    await reconstruct(pipeline, table),
  ];
  expect({ ...back, evaluationsPerBlock: alone.evaluationsPerBlock }).toEqual(alone);
  expect(evaluationsPerBlock).toBeCloseTo(alone.evaluationsPerBlock, 9);
  expect(alone.unusable.map(({ index }) => index)).toEqual([1500]);
  await expect(pool.sample(-1)).rejects.toThrow('pipeline.sample: expected a count n ≥ 0, got -1');
  await expect(pool.sample(1, { class: 'x' })).rejects.toMatchObject({ kind: 'argument' });
  expect((await pool.reconstruct({ ...table, rows: 0, values: new Float64Array() })).count).toBe(0);
});

test('what the reader or a thread cannot do is told after the rows before it', async () => {
  async function* broken(): AsyncGenerator<Table> {
    await Promise.resolve();
    yield* pieces();
    throw new IResNetError('data', 'big.csv', 'expected a number');
  }
  let scored = 0;
  const reading = async (given: Iterable<Table> | AsyncIterable<Table>): Promise<void> => {
    for await (const { scores } of pool.scorePieces(given)) scored += scores.count;
  };
  await expect(reading(broken())).rejects.toMatchObject({ kind: 'data', where: 'big.csv' });
  expect(scored).toBe(ROWS);
  const wrong: Table = { columns: ['x'], rows: 1, values: Float64Array.of(1) };
  const alone = all(scorePieces(pipeline, [wrong])).catch((error: IResNetError) => error.message);
  await expect(reading([wrong])).rejects.toMatchObject({ kind: 'data', message: await alone });
});

test('a thread that is lost ends the work with an error of the device', async () => {
  const reading = async (): Promise<void> => {
    for await (const { first } of pool.scorePieces(pieces())) if (first === 0) await workers[1]!.terminate();
  };
  const lost = {
    kind: 'device',
    message: 'pipeline.pipelinePool: expected worker 2 of 3 to go on, got: it ended with 1',
  };
  await expect(reading()).rejects.toMatchObject(lost);
  await expect(reading()).rejects.toMatchObject(lost);
  expect(() => pipelinePool(pipeline, [])).toThrow('expected at least one worker, got none');
});

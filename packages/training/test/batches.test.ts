import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import { constant, fit, sgd, type Batches, type FitOptions } from '../src/index';

/** Rows of y = 2x with x = 1, 2, 3, …. */
const ROWS = 10;
const SIZE = 4;
const xs = Array.from({ length: ROWS }, (_, i) => [i + 1]);
const ys = xs.map(([x]) => [2 * x!]);

type Pair = { readonly xs: tf.Tensor2D; readonly ys: tf.Tensor2D };

/** One slope, and the sum of x of each batch that the loss saw. */
function regression(batches: Batches<Pair>, steps: number) {
  const slope = tf.variable(tf.scalar(0));
  const sums: number[] = [];
  const options: FitOptions<Pair> = {
    params: { slope },
    batches,
    loss: (batch) => {
      sums.push(tf.sum(batch.xs).dataSync()[0]!);
      return tf.mean(tf.squaredDifference(tf.mul(batch.xs, slope), batch.ys));
    },
    steps,
    optimizer: sgd(),
    schedule: constant(0.01),
    rng: createRng(0),
  };
  return { slope, sums, options };
}

const dataset = () => tf.data.zip({ xs: tf.data.array(xs), ys: tf.data.array(ys) }).batch(SIZE);

/** What each batch of the dataset adds up to: 1 + 2 + 3 + 4, 5 + … + 8, 9 + 10. */
const SUMS = [10, 26, 19];

describe.each(['cpu', ...wasm, ...native])('batches on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('come from a tf.data dataset, which ends the run, and are freed', async () => {
    const { slope, sums, options } = regression(dataset(), 100);
    const before = tf.memory().numTensors;
    expect(await fit(options)).toMatchObject({ stopReason: 'batches', step: 3 });
    expect(sums).toEqual(SUMS);
    expect(tf.memory().numTensors).toBe(before);
    slope.dispose();
  });

  it('come again from a dataset that repeats, in micro-batches too', async () => {
    const { slope, sums, options } = regression(dataset().repeat(), 8);
    const several = regression(dataset().repeat(2), 100);
    const before = tf.memory().numTensors;
    expect(await fit(options)).toMatchObject({ stopReason: 'steps', step: 8 });
    expect(sums).toEqual([...SUMS, ...SUMS, ...SUMS].slice(0, 8));
    expect(await fit({ ...several.options, accumulate: 2 })).toMatchObject({
      stopReason: 'batches',
      step: 3,
    });
    expect(several.sums).toEqual([...SUMS, ...SUMS]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([slope, several.slope]);
  });

  it('of a dataset that skips what a saved run has seen, go on to the same bits', async () => {
    const whole = regression(dataset().repeat(), 7);
    await fit(whole.options);
    const part = regression(dataset().repeat(), 4);
    const { state, step } = await fit(part.options);
    await fit({ ...part.options, batches: dataset().repeat().skip(step), steps: 7, resume: state });
    expect(part.slope.dataSync()).toEqual(whole.slope.dataSync());
    expect(part.sums).toEqual(whole.sums);
    for (const { slope } of [whole, part]) slope.dispose();
  });

  it('of every kind give the same weights, and each keeps or frees its tensors as documented', async () => {
    const batch = (i: number): Pair => ({
      xs: tf.tensor2d(xs.slice(i * SIZE, (i + 1) * SIZE)),
      ys: tf.tensor2d(ys.slice(i * SIZE, (i + 1) * SIZE)),
    });
    const kept = [0, 1, 2].map(batch);
    function* sync(): Generator<Pair> {
      for (let i = 0; i < 3; i++) yield batch(i);
    }
    async function* later(): AsyncGenerator<Pair> {
      for (let i = 0; i < 3; i++) yield await Promise.resolve(batch(i));
    }
    const sources: [string, () => Batches<Pair>][] = [
      ['a function that makes them', () => batch],
      ['a function that returns some that exist', () => (i) => kept[i]!],
      ['a list', () => [0, 1, 2].map(batch)],
      ['a list of promises', () => [0, 1, 2].map((i) => Promise.resolve(batch(i)))],
      ['a generator', sync],
      ['an async generator', later],
      ['a dataset', dataset],
    ];
    for (const [name, source] of sources) {
      const { slope, sums, options } = regression([], 3);
      const before = tf.memory().numTensors;
      await fit({ ...options, batches: source() });
      expect(sums, name).toEqual(SUMS);
      expect(tf.memory().numTensors, name).toBe(before);
      slope.dispose();
    }
    expect(kept.flatMap(Object.values<tf.Tensor>).every((t) => !t.isDisposed)).toBe(true);
    tf.dispose(kept);
  });

  it('that a generator fails to make end the run, with nothing left alive', async () => {
    function* failing(): Generator<Pair> {
      yield { xs: tf.tensor2d(xs), ys: tf.tensor2d(ys) };
      throw new Error('the file ends here');
    }
    const { slope, options } = regression(failing(), 3);
    const before = tf.memory().numTensors;
    await expect(fit(options)).rejects.toThrow('the file ends here');
    expect(tf.memory().numTensors).toBe(before);
    slope.dispose();
  });

  it('have the type that the loss says, or that the source tells it', async () => {
    const w = tf.variable(tf.scalar(0, 'float32'));
    const rest = { params: { w }, steps: 1, optimizer: sgd(), schedule: 0.1, rng: createRng(0) };
    async function* later(): AsyncGenerator<Pair> {
      yield { xs: tf.tensor2d(xs), ys: tf.tensor2d(ys) };
    }
    const loss = (pair: Pair) => tf.mean(tf.squaredDifference(tf.mul(pair.xs, w), pair.ys));
    await fit({ ...rest, batches: dataset(), loss: (pair: Pair) => loss(pair) });
    await fit({ ...rest, batches: later(), loss: (pair) => loss(pair) });
    await fit({ ...rest, batches: [tf.ones([2, 1])], loss: (x) => tf.mean(tf.mul(x, w)) });
    await fit({ ...rest, batches: (i) => tf.fill([2, 1], i), loss: (x) => tf.mean(tf.mul(x, w)) });
    // Plain numbers are batches too.
    await fit({ ...rest, batches: [[1, 2]], loss: ([a, b]) => tf.mul(w, a! + b!) });
    w.dispose();
  });

  it('that were given away already are refused', async () => {
    const list = [0, 1].map(() => ({ xs: tf.ones<tf.Rank.R2>([2, 1]), ys: tf.ones<tf.Rank.R2>([2, 1]) }));
    const { slope, options } = regression(list, 2);
    await fit(options);
    const before = tf.memory().numTensors;
    await expect(fit(options)).rejects.toThrow(
      'training.fit: expected living tensors in micro-batch 0, got a disposed one; fit disposes each batch of an iterable',
    );
    expect(tf.memory().numTensors).toBe(before);
    slope.dispose();
  });
});

it.each<[string, unknown, string]>([
  ['nothing', undefined, 'got nothing'],
  ['a number', 32, 'got 32'],
  ['one batch', { xs, ys }, 'got an object with the keys xs, ys'],
  ['a promise of a dataset', Promise.resolve(dataset()), 'got a promise; await it first'],
])('%s as batches is refused', async (_name, batches, got) => {
  await tf.setBackend('cpu');
  const { slope, options } = regression([], 1);
  const before = tf.memory().numTensors;
  await expect(fit({ ...options, batches: batches as Batches<Pair> })).rejects.toThrow(
    `training.fit: expected batches as a function (index, rng) => batch, an iterable, an async iterable or a tf.data dataset, ${got}`,
  );
  await expect(fit({ ...options, batches: (async () => ({})) as never })).rejects.toThrow(
    'expected a batch from batches(0, rng), got a promise; an async generator may wait',
  );
  expect(tf.memory().numTensors).toBe(before);
  slope.dispose();
});

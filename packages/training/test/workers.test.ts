import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { deserialize, serialize } from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRng } from '@iresnet/core';
import { useBackend } from '../../backend/src/index.ts';
import {
  adam,
  fit,
  gradientPool,
  gradientRanks,
  serveGradients,
  serveRank,
  type FitOptions,
  type FitState,
  type GradientPool,
} from '../src/index';
import { flowOf, lossOf, type FlowTask, type Rows } from './fixtures/flowTask';

/** A thread that runs a TypeScript program; Node 20 gives it no loader of its parent. */
function thread(): Worker {
  const program = new URL('./fixtures/gradientThread.ts', import.meta.url).href;
  const code = `import('${import.meta.resolve('tsx/esm/api')}').then((tsx) => (tsx.register(), import('${program}')))`;
  return new Worker(code, { eval: true, execArgv: ['--conditions=@iresnet/source'] });
}

let threads: Worker[];
/** One thread, and two others. */
let pools: [GradientPool, GradientPool];
beforeAll(async () => {
  threads = Array.from({ length: 3 }, thread);
  pools = [gradientPool(threads.slice(0, 1)), gradientPool(threads.slice(1))];
  await useBackend('wasm');
});
afterAll(() => Promise.all(threads.map((one) => one.terminate())));

const usual: FlowTask = { width: 6 };

/** Train, and give the losses and all values, those of state included. */
async function run(pool: GradientPool | null, change: Partial<FitOptions<Rows>> = {}, task = usual) {
  const density = flowOf(task);
  const losses: number[] = [];
  const values = () => Object.values(density.params).map((variable) => Array.from(variable.dataSync()));
  try {
    const { state, stopReason } = await fit<Rows>({
      module: density,
      batches: (index, rng) => ({
        x: tf.add(rng.normal([5, 3]), 1),
        weight: tf.tensor1d([index, 2, 3], 'int32'),
      }),
      loss: lossOf(density, { ...task, fault: undefined! }),
      steps: 6,
      accumulate: 3,
      optimizer: adam(),
      schedule: 0.05,
      clipNorm: 1,
      emaDecay: 0.9,
      validate: { every: 2, loss: () => density.params['bijector.1.0.kernel']!.dataSync()[0]! },
      rng: createRng(3),
      callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
      ...(pool && { workers: pool.for(task) }),
      ...change,
    });
    return { losses, values: values(), state, stopReason };
  } finally {
    density.dispose();
  }
}

describe('a run with threads', () => {
  test('has the same bits with one, two and three of them, and leaves no tensor', async () => {
    const alone = await run(null);
    const before = tf.memory().numTensors;
    for (const pool of [...pools, ...pools]) {
      const found = await run(pool);
      expect(found.losses).toEqual(alone.losses);
      expect(found.values).toEqual(alone.values);
      expect(found.state).toEqual(alone.state);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('goes on with another number of them', async () => {
    const whole = await run(null);
    let resume: FitState | undefined;
    for (const [i, pool] of [pools[1], pools[0], null].entries()) {
      const part: Awaited<ReturnType<typeof run>> = await run(pool, {
        steps: 2 * i + 2,
        ...(resume && { resume }),
      });
      expect(part.losses).toEqual(whole.losses.slice(2 * i, 2 * i + 2));
      resume = part.state;
    }
    expect(resume).toEqual(whole.state);
  });
});

describe('a run with other ranks', () => {
  const rank = (): ((message: unknown) => Promise<unknown>) =>
    serveRank((task) => {
      const module = flowOf(task as FlowTask);
      return { module, loss: lossOf(module, task as FlowTask), dispose: () => module.dispose() };
    });
  const copy = (message: unknown): unknown => deserialize(serialize(message));
  /** Messages go as bytes, as they would between machines. */
  const ranks = (count: number, lostAfter = Infinity): GradientPool => {
    const others = Array.from({ length: count }, rank);
    let rounds = 0;
    return gradientRanks({
      count,
      async exchange(messages) {
        if (rounds++ >= lostAfter) throw new Error('a rank is lost');
        const answers = await Promise.all(others.map((answer, i) => answer(copy(messages[i]))));
        return answers.map(copy);
      },
    });
  };

  test('has the same bits with any number of them, busy or not, and goes on with another number', async () => {
    const alone = await run(null);
    for (const count of [1, 2, 4]) {
      const pool = ranks(count);
      for (let again = 0; again < 2; again++) expect(await run(pool)).toEqual(alone);
    }
    const half = await run(ranks(1), { steps: 3 });
    expect((await run(ranks(2), { resume: half.state })).state).toEqual(alone.state);
  });

  test('needs no memory that threads share, which most pages lack', async () => {
    const alone = await run(null);
    vi.stubGlobal('SharedArrayBuffer', undefined);
    try {
      expect(await run(ranks(1))).toEqual(alone);
      expect(() => gradientPool(threads)).toThrow('expected memory that threads can share');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('says what a loss or a task said, ends where a rank is lost, and begins again', async () => {
    const alone = await run(null);
    const pool = ranks(2);
    const refused = { kind: 'data', message: 'the loss: expected better rows' };
    await expect(run(pool, {}, { ...usual, fault: 'refuses' })).rejects.toMatchObject(refused);
    await expect(run(pool, { workers: pool.for({ width: 7 }) })).rejects.toThrow(
      'expected the variables of fit',
    );
    expect(await run(pool)).toEqual(alone);
    const saved: FitState[] = [];
    const callbacks = [{ onStepEnd: async (_: unknown, { state }: { state(): Promise<FitState> }) => void saved.push(await state()) }]; // prettier-ignore
    await expect(run(ranks(2, 3), { callbacks })).rejects.toThrow('a rank is lost');
    // The first step needs no rank.
    expect(saved).toHaveLength(4);
    expect((await run(ranks(1), { resume: saved[3]! })).state).toEqual(alone.state);
    expect(() => ranks(0)).toThrow('training.gradientRanks: expected at least one other rank, got none');
  });
});

/** `IRESNET_MANY_STEPS=1000` makes so many. */
const MANY = Number(process.env['IRESNET_MANY_STEPS'] ?? 60);

test(`${MANY} steps keep no tensor at either end`, async () => {
  // Both ends are in this thread, so that the tensors of both are counted.
  const { port1, port2 } = new MessageChannel();
  serveGradients(port2, () => {
    const module = flowOf(usual);
    return { module, loss: lossOf(module, usual), dispose: () => module.dispose() };
  });
  const seen: string[] = [];
  const onStepEnd = ({ step }: { step: number }): void => {
    const { numTensors, numBytes } = tf.memory();
    if (step % (MANY / 4) === 0) seen.push(`${numTensors} tensors, ${numBytes} bytes`);
  };
  await run(gradientPool([port1]), { steps: MANY, callbacks: [{ onStepEnd }] });
  port1.close();
  expect(new Set(seen).size).toBe(1);
});

describe('a run that cannot go on', () => {
  test('says what the loss or the task of a thread said, and the next one is as ever', async () => {
    const alone = await run(null);
    const before = tf.memory().numTensors;
    const refused = { kind: 'data', message: 'the loss: expected better rows' };
    await expect(run(pools[0], {}, { ...usual, fault: 'refuses' })).rejects.toMatchObject(refused);
    await expect(run(pools[0], {}, { ...usual, fault: 'assigns' })).rejects.toThrow(
      "expected a loss that assigns to no variable after the first step, got one that assigns to 'bijector.0.initialized'",
    );
    const other = run(pools[0], { workers: pools[0].for({ width: 7 }) });
    await expect(other).rejects.toThrow(
      "expected the variables of fit, got others from 'bijector.1.0.kernel' on",
    );
    expect((await run(pools[0])).values).toEqual(alone.values);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('batches that end within a step end it before that step, and NaN rolls it back', async () => {
    const rows = () =>
      Array.from({ length: 8 }, (_, i) => ({
        x: createRng(i).normal([5, 3]),
        weight: tf.tensor1d([1], 'int32'),
      }));
    const before = tf.memory().numTensors;
    const [alone, found] = [await run(null, { batches: rows() }), await run(pools[0], { batches: rows() })];
    expect(found).toEqual(alone);
    expect(found.stopReason).toBe('batches');
    expect(found.losses).toHaveLength(2);
    const diverging: Partial<FitOptions<Rows>> = {
      onDivergence: 'return',
      batches: (index, rng) => ({
        x: index < 13 ? rng.normal([5, 3]) : tf.fill([5, 3], NaN),
        weight: tf.tensor1d([1], 'int32'),
      }),
    };
    const bad = await run(pools[0], diverging);
    expect(bad).toEqual(await run(null, diverging));
    expect(bad.stopReason).toBe('non-finite');
    expect(tf.memory().numTensors).toBe(before);
  });

  test('loses a thread with an error of the device, after the last whole step', async () => {
    const saved: FitState[] = [];
    const callbacks = [{ onStepEnd: async (_: unknown, { state }: { state(): Promise<FitState> }) => void saved.push(await state()) }]; // prettier-ignore
    const whole = await run(null, { callbacks });
    const kept = saved.splice(0);
    const before = tf.memory().numTensors;
    const lost = {
      kind: 'device',
      message: 'training.gradientPool: expected thread 1 of 1 to go on, got: it ended with 9',
    };
    await expect(run(pools[0], { callbacks }, { ...usual, fault: 'is lost' })).rejects.toMatchObject(lost);
    expect(saved).toEqual(kept.slice(0, 2));
    await expect(run(pools[0])).rejects.toMatchObject(lost);
    expect(tf.memory().numTensors).toBe(before);
    expect((await run(null, { resume: saved[1]! })).values).toEqual(whole.values);
  });

  test('is refused where there is nothing to share with', async () => {
    expect(() => gradientPool([])).toThrow('training.gradientPool: expected at least one thread, got none');
    await expect(run(null, { workers: pools[0] as never })).rejects.toThrow(
      'training.fit: expected workers as pool.for(task) gives them',
    );
  });
});

import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import { fit, sgd, type FitOptions } from '../src/index';
import { optionsFor, problem } from './problem';

describe.each(['cpu', ...wasm, ...native])('accumulation on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each([2, 3, 4])('%i micro-batches are one batch of their rows', async (count) => {
    const train = async (accumulate: number | undefined): Promise<{ w: number[]; losses: number[] }> => {
      const w = tf.variable(tf.tensor2d([1, -1], [2, 1]));
      const losses: number[] = [];
      const rows = (index: number): tf.Tensor2D => createRng(7).split(index).normal([5, 2]) as tf.Tensor2D;
      await fit({
        params: { w },
        batches: (index) =>
          accumulate === undefined
            ? tf.concat(Array.from({ length: count }, (_, k) => rows(index * count + k)))
            : rows(index),
        loss: (x: tf.Tensor2D) => tf.mean(tf.square(tf.sub(tf.matMul(x, w as tf.Tensor2D), 0.5))),
        steps: 4,
        ...(accumulate !== undefined && { accumulate }),
        optimizer: sgd(),
        schedule: () => 0.1,
        clipNorm: 0.5,
        rng: createRng(0),
        logEvery: 1,
        callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
      });
      const values = Array.from(w.dataSync());
      w.dispose();
      return { w: values, losses };
    };
    const [one, many] = [await train(undefined), await train(count)];
    // Equal but for the order of float32 sums of at most 20 terms, over 4 steps: some ten ulps of
    // values near 1.
    one.w.forEach((value, i) => expect(Math.abs(many.w[i]! - value)).toBeLessThan(5e-6));
    one.losses.forEach((value, i) => expect(Math.abs(many.losses[i]! / value - 1)).toBeLessThan(1e-5));
  });

  it('6 steps equal 3 and a resume, bit by bit, and nothing stays alive', async () => {
    const more = (p: ReturnType<typeof problem>, steps: number): FitOptions<tf.Tensor> => ({
      ...optionsFor(p, steps),
      accumulate: 3,
      loss: (x, rng) => tf.tidy(() => tf.mul(p.loss(x), tf.mean(tf.square(rng.normal([4]))))),
    });
    const [whole, part] = [problem(), problem()];
    const before = tf.memory().numTensors;
    await fit(more(whole, 6));
    const { state } = await fit(more(part, 3));
    await fit({ ...more(part, 6), rng: createRng(99), resume: state });
    expect(part.values()).toEqual(whole.values());
    expect(tf.memory().numTensors).toBe(before);
    for (const p of [whole, part]) p.dispose();
  });

  it('an iterable that ends within a step ends the run before it, and each micro-batch is freed', async () => {
    const p = problem();
    const before = tf.memory().numTensors;
    const batches = Array.from({ length: 7 }, (_, i) => createRng(i).normal([4, 2]));
    const result = await fit({ ...optionsFor(p, 100), batches, accumulate: 3 });
    expect(result).toMatchObject({ step: 2, stopReason: 'batches' });
    expect(tf.memory().numTensors).toBe(before);
    p.dispose();
  });

  it('refuses a count that is not an integer ≥ 1', async () => {
    const p = problem();
    await expect(fit({ ...optionsFor(p, 1), accumulate: 0 })).rejects.toThrow(
      'training.fit: expected an integer accumulate ≥ 1, got 0',
    );
    p.dispose();
  });
});

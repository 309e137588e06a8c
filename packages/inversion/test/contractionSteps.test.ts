import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { contractionSteps, fixedPointSteps } from '@iresnet/inversion';

describe('contractionSteps', () => {
  test.each([
    [0.5, 0.0625, 4], // 0.5⁴
    [0.5, 0.06, 5],
    [0.9, 1e-5, 110], // 0.9¹⁰⁹ = 1.03e-5, 0.9¹¹⁰ = 9.27e-6
    [0.99, 1e-5, 1146],
    [0, 1e-9, 1],
    [0.7, 1, 0],
  ])('L = %f, ratio %f: %i', (lipschitz, ratio, steps) => {
    expect(contractionSteps(lipschitz, ratio)).toBe(steps);
  });

  test.each([
    [1, 0.1],
    [NaN, 0.1],
    [-0.1, 0.1],
    [0.5, 0],
    [0.5, 2],
    [0.5, NaN],
  ])('refuses L = %f, ratio %f', (lipschitz, ratio) => {
    expect(() => contractionSteps(lipschitz, ratio)).toThrow(/inversion\.contractionSteps: expected/);
  });
});

describe('fixedPointSteps', () => {
  test('is n applications of f', () => {
    const x0 = tf.tensor2d([[8], [16]]);
    const x = fixedPointSteps((t) => tf.mul(t, 0.5), x0, 3);
    expect(Array.from(x.dataSync())).toEqual([1, 2]);
    const none = fixedPointSteps((t) => tf.mul(t, 0.5), x0, 0);
    expect(Array.from(none.dataSync())).toEqual([8, 16]);
    x.dispose();
    none.dispose();
    expect(Array.from(x0.dataSync())).toEqual([8, 16]);
    x0.dispose();
  });

  test('leaves its result alone alive, also when f throws or returns its argument', () => {
    const x0 = tf.ones([2, 3]);
    const before = tf.memory().numTensors;
    fixedPointSteps((t) => t, x0, 4).dispose();
    expect(tf.memory().numTensors).toBe(before);
    let calls = 0;
    const broken = (t: tf.Tensor) => {
      if (++calls === 3) throw new Error('broken');
      return tf.mul(t, 0.5);
    };
    expect(() => fixedPointSteps(broken, x0, 5)).toThrow('broken');
    expect(tf.memory().numTensors).toBe(before);
    x0.dispose();
  });

  test('refuses a number of steps that is not a count', () => {
    const x0 = tf.ones([1, 1]);
    expect(() => fixedPointSteps((t) => t, x0, -1)).toThrow(/steps ≥ 0, got -1/);
    expect(() => fixedPointSteps((t) => t, x0, 1.5)).toThrow(/steps ≥ 0, got 1.5/);
    x0.dispose();
  });

  test('is a constant for an enclosing gradient', () => {
    const gradient = tf.grad((t) =>
      tf.mul(
        t,
        fixedPointSteps((x) => tf.mul(x, 0.5), t, 1),
      ),
    );
    const slope = gradient(tf.tensor2d([[6]]));
    expect(slope.dataSync()[0]).toBe(3); // 6 · 0.5 from the first factor alone
    slope.dispose();
  });
});

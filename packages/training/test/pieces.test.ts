import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import {
  clipByGlobalNorm,
  constant,
  cosine,
  ema,
  exponential,
  flatten,
  globalNorm,
  lossAndGradient,
  piecewise,
  unflatten,
  warmup,
} from '../src/index';
import { emaDecayAt } from '../src/ema';

describe('schedules', () => {
  it('give literal values', () => {
    expect([0, 7].map(constant(0.3))).toEqual([0.3, 0.3]);
    // 1, (1 + cos 60°)/2, (1 + cos 90°)/2, (1 + cos 120°)/2, end, after the end.
    const values = [0, 2, 3, 4, 6, 99].map(cosine(1, 6));
    [1, 0.75, 0.5, 0.25, 0, 0].forEach((x, i) => expect(values[i]).toBeCloseTo(x, 14));
    expect(cosine(1, 10, { final: 0.2 })(5)).toBeCloseTo(0.6, 14);
    expect(cosine(1, 10, { final: 0.2 })(11)).toBeCloseTo(0.2, 14);
    expect([0, 1, 2, 3, 4, 5].map(warmup(4, constant(2)))).toEqual([0.5, 1, 1.5, 2, 2, 2]);
    expect([0, 1].map(warmup(0, constant(2)))).toEqual([2, 2]);
    expect([0, 9, 10, 19, 20, 1000].map(piecewise([10, 20], [3, 2, 1]))).toEqual([3, 3, 2, 2, 1, 1]);
    expect([0, 5, 10].map(exponential(8, 0.25, 10))).toEqual([8, 4, 2]);
  });

  it('compose: a warm-up is followed by the beginning of the next schedule', () => {
    const schedule = warmup(2, warmup(2, piecewise([1], [4, 8])));
    expect([0, 1, 2, 3, 4, 5].map(schedule)).toEqual([1, 2, 2, 4, 4, 8]);
  });

  it('refuse what cannot be', () => {
    expect(() => cosine(1, 0)).toThrow('training.cosine: expected an integer steps ≥ 1, got 0');
    expect(() => warmup(-1, constant(1))).toThrow('training.warmup');
    expect(() => piecewise([1], [1])).toThrow('expected 2 rates for 1 boundaries, got 1');
    expect(() => piecewise([2, 1], [1, 1, 1])).toThrow('expected ascending boundaries, got 2, 1');
  });
});

describe.each(['cpu', ...wasm, ...native])('on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  /** Runs f, checks that only its result stays alive, and returns its values. */
  const values = (f: () => tf.Tensor): number[] => {
    const before = tf.memory().numTensors;
    const result = f();
    expect(tf.memory().numTensors).toBe(before + 1);
    const read = Array.from(result.dataSync());
    result.dispose();
    return read;
  };

  it('clips a long gradient to the norm and leaves a short one', () => {
    const long = tf.tensor1d([3, 0, -4]);
    const short = tf.tensor1d([0.3, 0, -0.4]);
    expect(values(() => globalNorm(long))).toEqual([5]);
    values(() => clipByGlobalNorm(long, 1)).forEach((x, i) => expect(x).toBeCloseTo([0.6, 0, -0.8][i]!, 6));
    expect(values(() => clipByGlobalNorm(short, 1))).toEqual(Array.from(short.dataSync()));
    const zero = tf.zeros<tf.Rank.R1>([3]);
    expect(values(() => clipByGlobalNorm(zero, 1))).toEqual([0, 0, 0]);
    tf.dispose([long, short, zero]);
  });

  it('hides no divergence by clipping', () => {
    const bad = tf.tensor1d([NaN, 1]);
    expect(values(() => globalNorm(bad))).toEqual([NaN]);
    expect(values(() => clipByGlobalNorm(bad, 1))).toEqual([NaN, NaN]);
    const infinite = tf.tensor1d([Infinity, 1]);
    expect(values(() => globalNorm(infinite))).toEqual([Infinity]);
    expect(values(() => clipByGlobalNorm(infinite, 1))).toEqual([NaN, 0]);
    tf.dispose([bad, infinite]);
  });

  it('averages as in float64', () => {
    let expected = [1, -2];
    let average = tf.tensor1d(expected);
    for (let t = 1; t <= 100; t++) {
      const w = [Math.sin(t), t / 50];
      const decay = Math.min(0.95, (1 + t) / (10 + t));
      expect(emaDecayAt(0.95, t)).toBe(decay);
      expected = expected.map((a, i) => decay * a + (1 - decay) * w[i]!);
      const params = tf.tensor1d(w);
      const next = ema(average, params, decay);
      tf.dispose([average, params]);
      average = next;
    }
    // 100 roundings of numbers below 2 in float32, each damped by the average.
    Array.from(average.dataSync()).forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThan(2e-6));
    average.dispose();
  });

  it('flattens and cuts back, in order', () => {
    const tensors = [
      tf.tensor2d([1, 2, 3, 4], [2, 2]),
      tf.scalar(5),
      tf.tensor1d([6, 7]),
      tf.tensor3d([8], [1, 1, 1]),
    ];
    const flat = flatten(tensors);
    expect(Array.from(flat.dataSync())).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const before = tf.memory().numTensors;
    const back = unflatten(flat, tensors);
    expect(tf.memory().numTensors).toBe(before + 4);
    back.forEach((t, i) => {
      expect(t.shape).toEqual(tensors[i]!.shape);
      expect(Array.from(t.dataSync())).toEqual(Array.from(tensors[i]!.dataSync()));
    });
    expect(() => unflatten(flat, [flat, flat])).toThrow('training.unflatten: expected 16 values, got 8');
    tf.dispose([tensors, flat, back]);
  });

  it('differentiates by the trainable variables, in the order of params', () => {
    const params = {
      b: tf.variable(tf.tensor1d([1, 2])),
      state: tf.variable(tf.scalar(7), false),
      a: tf.variable(tf.scalar(3)),
    };
    const before = tf.memory().numTensors;
    const { loss, gradient } = lossAndGradient(() => {
      params.state.assign(tf.scalar(8));
      return tf.mul(params.a, tf.sum(tf.square(params.b)));
    }, params);
    expect(loss.dataSync()[0]).toBe(15);
    expect(Array.from(gradient.dataSync())).toEqual([6, 12, 5]);
    expect(params.state.dataSync()[0]).toBe(8);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([loss, gradient, params]);
  });

  it('names a variable that the loss does not use, and leaks nothing when the loss throws', () => {
    const params = { 'block.0.used': tf.variable(tf.ones([2])), 'block.1.kernel': tf.variable(tf.ones([3])) };
    const before = tf.memory().numTensors;
    const loss = (): tf.Tensor => tf.sum(tf.exp(params['block.0.used']));
    expect(() => lossAndGradient(loss, params)).toThrow(
      "expected a loss that depends on every trainable variable, got no gradient for 'block.1.kernel'",
    );
    expect(() => lossAndGradient(() => tf.exp(params['block.0.used']), params)).toThrow(
      'expected a scalar loss, got the shape [2]',
    );
    expect(() =>
      lossAndGradient(() => {
        tf.sum(tf.exp(params['block.0.used']));
        throw new Error('mine');
      }, params),
    ).toThrow('mine');
    expect(tf.memory().numTensors).toBe(before);
    const listed = lossAndGradient(loss, params, ['block.1.kernel']);
    expect(Array.from(listed.gradient.dataSync()).slice(2)).toEqual([0, 0, 0]);
    tf.dispose([{ ...listed }, params]);
  });
});

import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRng, functionMap } from '../src';

/** A branch of tfjs layers with an activation whose second derivative TensorFlow.js gets wrong. */
function layersModel() {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        inputShape: [3],
        units: 6,
        activation: 'tanh',
        kernelInitializer: tf.initializers.randomUniform({ minval: -0.4, maxval: 0.4, seed: 3 }),
      }),
      tf.layers.dense({
        units: 3,
        kernelInitializer: tf.initializers.randomUniform({ minval: -0.4, maxval: 0.4, seed: 4 }),
      }),
    ],
  });
  const params = Object.fromEntries(model.trainableWeights.map((w, i) => [`w${i}`, w.read() as tf.Variable]));
  return { f: (x: tf.Tensor) => model.apply(x) as tf.Tensor, params };
}

/** tanh(x W1 + b1) W2 + b2 and its Jacobian in float64. */
function float64(params: Record<string, tf.Tensor>) {
  const [w1, b1, w2] = ['w0', 'w1', 'w2'].map((n) => params[n]!.arraySync()) as unknown as [
    number[][],
    number[],
    number[][],
  ];
  return (x: number[], v: number[]): number[] => {
    const h = b1.map((b, j) => Math.tanh(b + x.reduce((t, xi, i) => t + xi * w1[i]![j]!, 0)));
    const dh = h.map((hj, j) => (1 - hj * hj) * v.reduce((t, vi, i) => t + vi * w1[i]![j]!, 0));
    return w2[0]!.map((_, k) => dh.reduce((t, d, j) => t + d * w2[j]![k]!, 0));
  };
}

describe('functionMap', () => {
  it('multiplies by the Jacobian and its transpose', () => {
    const { f, params } = layersModel();
    const g = functionMap(f, { lipschitz: 0.9, params });
    const rng = createRng(1);
    const [x, v, u] = [rng.normal([4, 3]), rng.normal([4, 3]), rng.normal([4, 3])];
    const { y, jacobian } = g.linearize(x);
    expect(y.arraySync()).toEqual(f(x).arraySync());
    const truth = float64(params);
    const expected = (x.arraySync() as number[][]).map((row, i) =>
      truth(row, (v.arraySync() as number[][])[i]!),
    );
    const jv = jacobian.matvec(v).arraySync() as number[][];
    // Four-point difference with a step of 1/16: truncation and float32 rounding are both near
    // 1e-6.
    jv.forEach((row, i) =>
      row.forEach((value, k) => expect(Math.abs(value - expected[i]![k]!)).toBeLessThan(1e-5)),
    );
    const left = tf.sum(tf.mul(u, jacobian.matvec(v))).dataSync()[0]!;
    const right = tf.sum(tf.mul(v, jacobian.rmatvec(u))).dataSync()[0]!;
    expect(Math.abs(left - right)).toBeLessThan(1e-5);
    const both = jacobian.matvec(tf.stack([v, u]));
    expect(both.shape).toEqual([2, 4, 3]);
  });

  it.each(['matvec', 'rmatvec'] as const)('gives %s the gradient that a second derivative would', (name) => {
    const { f, params } = layersModel();
    const g = functionMap(f, { lipschitz: 0.9, params });
    const rng = createRng(2);
    const [x, v, u] = [rng.normal([4, 3]), rng.normal([4, 3]), rng.normal([4, 3])];
    const loss = () => tf.sum(tf.mul(u, g.linearize(x).jacobian[name](v))) as tf.Scalar;
    const variables = Object.values(params);
    const { grads } = tf.variableGrads(loss, variables);
    const [a, b] = name === 'matvec' ? [v, u] : [u, v];
    const truth = (weights: Record<string, tf.Tensor>) => {
      const jv = float64(weights);
      const rows = x.arraySync() as number[][];
      return rows.reduce(
        (total, row, i) =>
          total +
          jv(row, (a.arraySync() as number[][])[i]!).reduce(
            (t, value, k) => t + value * (b.arraySync() as number[][])[i]![k]!,
            0,
          ),
        0,
      );
    };
    const kernel = params['w0']!;
    const gradient = grads[kernel.name]!.arraySync() as number[][];
    const values = kernel.arraySync() as number[][];
    for (const [i, j] of [
      [0, 0],
      [1, 3],
      [2, 5],
    ] as const) {
      const at = (delta: number) =>
        truth({
          ...params,
          w0: tf.tensor(
            values.map((row, r) => row.map((value, c) => value + (r === i && c === j ? delta : 0))),
          ),
        });
      const slope = (at(1e-3) - at(-1e-3)) / 2e-3;
      // Without the second-order term of tanh the difference is tens of percent; four digits are
      // what float32 leaves.
      expect(Math.abs(gradient[i]![j]! - slope)).toBeLessThan(2e-4);
    }
  });

  it('leaves nothing behind', () => {
    const { f, params } = layersModel();
    const g = functionMap(f, { lipschitz: 0.9, params });
    const [x, v] = [tf.ones([2, 3]), tf.ones([2, 3])];
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.variableGrads(() => tf.sum(g.linearize(x).jacobian.rmatvec(v)) as tf.Scalar, Object.values(params));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a promise that is none', () => {
    expect(() => functionMap((x) => x, { lipschitz: Number.NaN })).toThrow(
      'core.functionMap: expected a Lipschitz constant ≥ 0 as lipschitz, got NaN',
    );
  });
});

it('what is not a function or not an option is refused', () => {
  const map =
    (...args: unknown[]) =>
    () =>
      (functionMap as (...all: unknown[]) => unknown)(...args);
  expect(map({})).toThrow('core.functionMap: expected a function (x) => Tensor, got an object');
  expect(map(tf.tanh, { lipshitz: 1 })).toThrow("did you mean 'lipschitz'");
  expect(map(tf.tanh, {})).toThrow('expected a Lipschitz constant ≥ 0 as lipschitz, got nothing');
});

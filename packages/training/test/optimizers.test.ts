import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import { adam, adamax, sgd, type Optimizer } from '../src/index';

/** A method in float64, written from its formula: it remembers g of all steps and nothing else. */
type Reference = (gradients: number[][], params: number[], learningRate: number) => number[];

const power = (gradients: number[][], beta: number, i: number, f: (g: number) => number): number =>
  gradients.reduce((sum, g, k) => sum + beta ** (gradients.length - 1 - k) * f(g[i]!), 0);

const adamReference =
  (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0): Reference =>
  (gradients, params, rate) =>
    params.map((w, i) => {
      const t = gradients.length;
      const m = ((1 - beta1) * power(gradients, beta1, i, (g) => g)) / (1 - beta1 ** t);
      const v = ((1 - beta2) * power(gradients, beta2, i, (g) => g * g)) / (1 - beta2 ** t);
      return w - rate * weightDecay * w - (rate * m) / (Math.sqrt(v) + epsilon);
    });

const adamaxReference =
  (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0): Reference =>
  (gradients, params, rate) =>
    params.map((w, i) => {
      const t = gradients.length;
      const m = ((1 - beta1) * power(gradients, beta1, i, (g) => g)) / (1 - beta1 ** t);
      const u = Math.max(...gradients.map((g, k) => beta2 ** (t - 1 - k) * Math.abs(g[i]!)));
      return w - rate * weightDecay * w - (rate * m) / (u + epsilon);
    });

const sgdReference =
  (momentum = 0, nesterov = false, weightDecay = 0): Reference =>
  (gradients, params, rate) =>
    params.map((w, i) => {
      const m = power(gradients, momentum, i, (g) => g);
      const direction = nesterov ? gradients.at(-1)![i]! + momentum * m : m;
      return w - rate * weightDecay * w - rate * direction;
    });

const TABLE: [string, Optimizer, Reference, number][] = [
  ['adam', adam(), adamReference(), 0.05],
  [
    'adam, all options',
    adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
    adamReference(0.8, 0.95, 1e-3, 0.1),
    0.05,
  ],
  ['adamax', adamax(), adamaxReference(), 0.05],
  [
    'adamax, all options',
    adamax({ beta1: 0.5, beta2: 0.9, epsilon: 1e-2, weightDecay: 0.2 }),
    adamaxReference(0.5, 0.9, 1e-2, 0.2),
    0.05,
  ],
  ['sgd', sgd(), sgdReference(), 0.1],
  ['sgd, weight decay', sgd({ weightDecay: 0.5 }), sgdReference(0, false, 0.5), 0.1],
  ['momentum', sgd({ momentum: 0.9 }), sgdReference(0.9), 0.02],
  [
    'nesterov',
    sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    sgdReference(0.9, true, 0.01),
    0.02,
  ],
];

// f(w) = Σ cᵢ (wᵢ − aᵢ)²/2, with curvatures over two decades.
const CURVATURE = [0.1, 1, 3, 10];
const TARGET = [1, -2, 0.5, 0.01];
const START = [0.3, 0.7, -1.5, 2];

describe.each(['cpu', ...wasm, ...native])('optimizers on %s', (backend) => {
  beforeAll(() => startBackend(backend));
  afterAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each(TABLE)(
    '%s follows its formula over 50 steps of a quadratic',
    (_name, optimizer, reference, rate) => {
      const before = tf.memory().numTensors;
      const gradientAt = (w: number[]): number[] => w.map((x, i) => CURVATURE[i]! * (x - TARGET[i]!));
      let expected = START;
      const gradients: number[][] = [];
      let params = tf.tensor1d(START);
      let state = optimizer.init(START.length);
      for (let step = 0; step < 50; step++) {
        gradients.push(gradientAt(expected));
        expected = reference(gradients, expected, rate);
        const gradient = tf.tidy(() =>
          tf.mul(tf.sub(params, tf.tensor1d(TARGET)), tf.tensor1d(CURVATURE)),
        ) as tf.Tensor1D;
        const next = optimizer.update(gradient, state, params, rate);
        tf.dispose([gradient, params, { ...state.tensors }]);
        ({ params, state } = next);
        // float32 rounding of values up to 3, one part in 10⁷ a step, over 50 steps.
        Array.from(params.dataSync()).forEach((x, i) => {
          expect(Math.abs(x - expected[i]!)).toBeLessThan(1e-5);
        });
        expect(state.step).toBe(step + 1);
      }
      tf.dispose([params, { ...state.tensors }]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each(TABLE)('%s leaves its arguments alone and only its result alive', (_name, optimizer) => {
    const gradient = tf.tensor1d([1, 2]);
    const params = tf.tensor1d([3, 4]);
    const state = optimizer.init(2);
    const before = tf.memory().numTensors;
    const next = optimizer.update(gradient, state, params, 0.1);
    expect(tf.memory().numTensors).toBe(before + 1 + Object.keys(state.tensors).length);
    expect(Array.from(params.dataSync())).toEqual([3, 4]);
    expect(Array.from(gradient.dataSync())).toEqual([1, 2]);
    expect(state.step).toBe(0);
    for (const t of Object.values(state.tensors)) expect(Array.from(t.dataSync())).toEqual([0, 0]);
    tf.dispose([gradient, params, next.params, { ...state.tensors }, { ...next.state.tensors }]);
  });
});

it.each([
  [() => adam({ beta1: 1 }), 'training.adam: expected 0 ≤ beta1 < 1, got 1'],
  [() => adamax({ epsilon: -1 }), 'training.adamax: expected a finite epsilon ≥ 0, got -1'],
  [() => sgd({ momentum: 2 }), 'training.sgd: expected 0 ≤ momentum < 1, got 2'],
  [() => sgd({ nesterov: true }), 'training.sgd: expected momentum > 0 with nesterov, got 0'],
])('refuses coefficients out of range', (make, message) => {
  expect(make).toThrow(message);
});

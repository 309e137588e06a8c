import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs';
import { createRng, type Rng } from '@iresnet/core';
import { Matrix, QrDecomposition } from 'ml-matrix';
import { beforeAll, expect, test } from 'vitest';
import { matrixFamily, spectralWeight, type SpectralWeight } from '../src';

beforeAll(() => tf.setBackend('cpu'));

const SIZE = 16;

function orthogonal(rng: Rng): Matrix {
  const values = Array.from({ length: SIZE }, () => Array.from({ length: SIZE }, () => rng.next() - 0.5));
  return new QrDecomposition(new Matrix(values)).orthogonalMatrix;
}

/**
 * The weight after a step of training: its singular vectors turn a little, its values are given.
 */
function* training(values: (step: number) => readonly number[], rng: Rng): Generator<[tf.Tensor2D, number]> {
  let [left, right] = [orthogonal(rng), orthogonal(rng)];
  for (let step = 0; ; step++) {
    const turn = (m: Matrix): Matrix => {
      const noise = m.clone().apply(function (this: Matrix, i, j) {
        this.set(i, j, m.get(i, j) + 2e-4 * (rng.next() - 0.5));
      });
      return new QrDecomposition(noise).orthogonalMatrix;
    };
    [left, right] = [turn(left), turn(right)];
    const now = values(step);
    yield [
      tf.tensor2d(
        left
          .mmul(Matrix.diag([...now]))
          .mmul(right)
          .to2DArray(),
      ),
      Math.max(...now),
    ];
  }
}

/** How far σ is below the norm at worst, after the first steps. */
function lag(
  vectors: number,
  values: (step: number) => readonly number[],
  steps: number,
  seed: number,
): number {
  const states = training(values, createRng(seed));
  let weight: SpectralWeight | null = null;
  let worst = 0;
  for (let step = 0; step < steps; step++) {
    const [kernel, norm] = states.next().value as [tf.Tensor2D, number];
    weight ??= spectralWeight(kernel, matrixFamily, createRng(seed), { vectors });
    weight.params.kernel.assign(kernel as never);
    worst = Math.max(worst, 1 - weight.sigma() / norm);
    kernel.dispose();
  }
  weight?.dispose();
  return worst;
}

/** The others lie evenly below: the third is a few per cent below the second. */
const others = Array.from({ length: SIZE - 2 }, (_, i) => 0.93 - 0.05 * i);

/** The second value grows by `rate` a step from 0.97 to far beyond the first, 1. */
const growing = (rate: number) => (step: number) => [
  1,
  0.97 * (1 + rate) ** Math.max(0, step - 20),
  ...others,
];

/** The first value falls, so that the second is the first. */
const falling = (rate: number) => (step: number) => [
  1.05 * (1 - rate) ** Math.max(0, step - 20),
  0.97,
  ...others,
];

/**
 * What may be missing. Each use settles to `rtol` 0.1 % of σ a step, which is at most 1/(1 −
 * (σ₃/σ₂)²) times as much in all: 1.2 % for the third value 4 % below. The rest is a margin.
 */
const MOST = 0.02;

test.each([
  ['grows slowly', growing(0.002), 120],
  ['grows', growing(0.01), 70],
  ['grows fast', growing(0.05), 40],
  ['becomes the first because that falls', falling(0.005), 70],
])('when the second singular value %s, σ follows', (_name, values, steps) => {
  for (const seed of [1, 2, 3]) expect(lag(2, values, steps, seed)).toBeLessThan(MOST);
});

test('one vector lags: that is what two are for', () => {
  expect(lag(1, growing(0.01), 70, 1)).toBeGreaterThan(3 * MOST);
});

test('a value that comes from further below needs as many vectors as lie above it', () => {
  const fourth = (step: number) => [1, 0.97, 0.95, 0.93 * 1.01 ** Math.max(0, step - 20), ...others.slice(2)];
  expect(lag(4, fourth, 70, 1)).toBeLessThan(MOST);
});

test('a layer of one input or output follows one vector', () => {
  const weight = spectralWeight(tf.tensor2d([[3, 4]]), matrixFamily, createRng(0));
  expect(Object.keys(weight.params)).toEqual(['kernel', 'u', 'v']);
  expect(weight.sigma()).toBeCloseTo(5, 5);
  expect(() => spectralWeight(tf.ones([2, 2]), matrixFamily, createRng(0), { vectors: 0 })).toThrow(
    'lipschitz.spectralWeight: expected a count of vectors, got 0',
  );
});

import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { createRng, type LogDetEstimator } from '@iresnet/core';
import { logAbsDet, singularValues } from '@iresnet/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  estimateWithError,
  exact,
  fixedProbes,
  gaussian,
  hutchPlusPlus,
  orthogonal,
  powerSeries,
  rademacher,
  russianRoulette,
  type AdaptedProbe,
  type ProductEstimator,
} from '../src';

type Matrix = number[][];
const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** A general d×d matrix of norm 0.8, in the numbers of float32. */
function general(d: number): Matrix {
  const rng = createRng(8);
  const noise = Array.from({ length: d }, () => Array.from({ length: d }, () => rng.next() - 0.5));
  const factor = 0.8 / singularValues(noise)[0]!;
  return noise.map((row) => row.map((x) => Math.fround(factor * x)));
}

/** log(I + A) by n terms of its series in float64. */
function logarithm(a: Matrix, terms: number): Matrix {
  let power = a;
  let sum = a.map((row) => row.map(() => 0));
  for (let k = 1; k <= terms; k++) {
    sum = sum.map((row, i) => row.map((x, j) => x + ((k % 2 === 1 ? 1 : -1) * power[i]![j]!) / k));
    power = power.map((row) => a[0]!.map((_, j) => row.reduce((s, x, l) => s + x * a[l]![j]!, 0)));
  }
  return sum;
}

const productOf = (a: Matrix) => {
  const m = tf.tensor2d(a);
  return (v: tf.Tensor) => tf.sum(tf.mul(m, tf.expandDims(v, -2)), -1);
};
const mean = (values: readonly number[]) => values.reduce((s, x) => s + x, 0) / values.length;

describe.each(['cpu', 'wasm', ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  // For sign vectors Var(uᵀMu) = Σ_{i<j} (Mᵢⱼ + Mⱼᵢ)². All pairs of sign vectors are the batch, so
  // the mean over it is the expectation itself.
  test.each<[string, (probe: ReturnType<typeof fixedProbes>) => ProductEstimator, number]>([
    ['three terms', (probe) => powerSeries({ truncation: 3, probe }), 3],
    ['sixty terms', (probe) => powerSeries({ truncation: 60, probe }), 60],
    ['arnoldi', (probe) => arnoldi({ products: 3, probe }), 400],
    ['adaptive arnoldi', (probe) => adaptiveArnoldi({ tolerance: 0, probe }), 400],
  ])(
    '%s: the squared error of two sign vectors is half their variance, on average',
    (_, estimator, terms) => {
      const d = 3;
      const signs = Array.from({ length: 2 ** d }, (_, code) =>
        Array.from({ length: d }, (_, k) => ((code >> k) & 1 ? 1 : -1)),
      );
      const pairs = signs.flatMap((a) => signs.map((b) => [a, b] as const));
      const probes = tf.tensor3d([pairs.map(([a]) => a), pairs.map(([, b]) => b)]);
      const a = general(d);
      const m = logarithm(a, terms);
      let variance = 0;
      for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) variance += (m[i]![j]! + m[j]![i]!) ** 2;
      const estimate = estimator(fixedProbes(probes));
      const { logDet, standardError } = estimateWithError(
        estimate,
        productOf(a),
        [pairs.length, d],
        createRng(0),
      );
      const trace = m.reduce((s, row, i) => s + row[i]!, 0);
      expect(mean(valuesOf(logDet))).toBeCloseTo(trace, 5);
      expect(mean(valuesOf(logDet).map((x) => (x - trace) ** 2))).toBeCloseTo(variance / 2, 5);
      expect(mean(valuesOf(standardError).map((e) => e ** 2))).toBeCloseTo(variance / 2, 5);
      expect(variance).toBeGreaterThan(0.1);
    },
  );

  test.each<[string, AdaptedProbe]>([
    ['rademacher', rademacher(3)],
    ['gaussian', gaussian(4)],
    ['orthogonal, 4 of 5', orthogonal(4)],
    ['Hutch++', hutchPlusPlus({ directions: 2, probe: rademacher(2) })],
    ['Hutch++ with orthogonal probes', hutchPlusPlus({ directions: 1, probe: orthogonal(3) })],
  ])('%s: the squared error is the mean square of what is wrong', (_, probe) => {
    const d = 5;
    const a = general(d);
    const rows = 4000;
    const truth = logAbsDet(a.map((row, i) => row.map((x, j) => x + (i === j ? 1 : 0))));
    const estimate = powerSeries({ truncation: 40, probe });
    const { logDet, standardError } = estimateWithError(estimate, productOf(a), [rows, d], createRng(3));
    const wrong = mean(valuesOf(logDet).map((x) => (x - truth) ** 2));
    const told = mean(valuesOf(standardError).map((e) => e ** 2));
    // Two means of 4000 squares with a fixed seed: each is known to about √(3/4000) = 3 %.
    expect(Math.abs(told / wrong - 1)).toBeLessThan(0.12);
  });

  test('nothing is left to chance: exact, a basis, as many orthogonal probes as dimensions', () => {
    const a = productOf(general(4));
    for (const estimator of [
      exact(),
      arnoldi({ products: 4, probe: basis() }),
      powerSeries({ probe: basis() }),
      powerSeries({ probe: orthogonal(4) }),
      powerSeries({ probe: hutchPlusPlus({ directions: 1, probe: basis() }) }),
    ]) {
      const { standardError } = estimateWithError(estimator, a, [2, 4], createRng(0));
      expect(valuesOf(standardError)).toEqual([0, 0]);
    }
  });

  test('the estimate is the one without its error, bit for bit, and carries the same gradient', () => {
    const w = tf.variable(tf.tensor2d(general(4)));
    const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, w as tf.Tensor2D);
    for (const estimator of [
      exact(),
      powerSeries({ probe: rademacher(3) }),
      arnoldi({ products: 2, probe: gaussian(2) }),
    ]) {
      const plain = tf.variableGrads(() => tf.sum(estimator(product, [2, 4], createRng(1))) as tf.Scalar);
      const withError = tf.variableGrads(() => {
        const { logDet, standardError } = estimateWithError(estimator, product, [2, 4], createRng(1));
        return tf.add(tf.sum(logDet), tf.mul(0, tf.sum(standardError))) as tf.Scalar;
      });
      expect(valuesOf(withError.value)).toEqual(valuesOf(plain.value));
      expect(valuesOf(withError.grads[w.name]!)).toEqual(valuesOf(plain.grads[w.name]!));
    }
    w.dispose();
  });

  test('the result leaves a tidy, and nothing else does', () => {
    const a = tf.tensor2d(general(4));
    const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, a);
    const before = tf.memory().numTensors;
    for (const repeats of [undefined, 2]) {
      const estimator = powerSeries({ probe: rademacher(2) });
      const kept = tf.tidy(() => estimateWithError(estimator, product, [2, 4], createRng(0), repeats));
      expect(tf.memory().numTensors).toBe(before + 2);
      tf.dispose(kept);
      const free = estimateWithError(estimator, product, [2, 4], createRng(0), repeats);
      expect(tf.memory().numTensors).toBe(before + 2);
      tf.dispose({ ...free });
    }
  });

  test('repeats: mean and standard error by hand, and the gradient of the mean', () => {
    const x = tf.variable(tf.tensor1d([1, 10]));
    // Estimates 0·x, 1·x, 5·x: mean 2x, squares about it 4 + 1 + 9 = 14, error x √(14/(3·2)).
    const factors = [0, 1, 5];
    const estimator: LogDetEstimator = () => tf.mul(factors.shift()!, x);
    const { grads } = tf.variableGrads(() => {
      const { logDet, standardError } = estimateWithError(estimator, (v) => v, [2, 1], createRng(0), 3);
      expect(valuesOf(logDet)).toEqual([2, 20]);
      valuesOf(standardError).forEach((e, i) => expect(e).toBeCloseTo([1, 10][i]! * Math.sqrt(14 / 6), 5));
      return tf.add(tf.sum(logDet), tf.sum(standardError)) as tf.Scalar;
    });
    expect(valuesOf(grads[x.name]!)).toEqual([2, 2]); // the error is a constant
    x.dispose();
  });

  test('repeats draw anew, and measure a roulette on a basis', () => {
    const a = productOf(general(4));
    const estimator = powerSeries({ truncation: russianRoulette({ exactTerms: 1 }), probe: basis() });
    const { standardError } = estimateWithError(estimator, a, [1, 4], createRng(0), 6);
    expect(valuesOf(standardError)[0]).toBeGreaterThan(1e-3);
  });
});

test('a caller’s mistakes', () => {
  const a = productOf(general(3));
  const rng = createRng(0);
  const mistakes: [() => unknown, string][] = [
    [
      () => estimateWithError(powerSeries(), a, [1, 3], rng, 1),
      'logdet.estimateWithError: expected repeats ≥ 2, got 1',
    ],
    [
      () => estimateWithError(powerSeries(), a, [1, 3], rng),
      'logdet.powerSeries.withError: expected at least two random probes, got one: give the probe more samples, or give repeats',
    ],
    [
      () => estimateWithError(powerSeries({ truncation: russianRoulette() }), a, [1, 3], rng),
      'logdet.estimateWithError: expected repeats ≥ 2 for an estimator that draws more than its probes, got none',
    ],
    [
      () => estimateWithError(arnoldi as unknown as LogDetEstimator, a, [1, 3], rng),
      'logdet.estimateWithError: expected repeats ≥ 2 for an estimator that draws more than its probes, got none',
    ],
    [
      () => estimateWithError({ kind: 'exact' } as unknown as LogDetEstimator, a, [1, 3], rng),
      'logdet.estimateWithError: expected an estimator such as arnoldi({ products: 4 }), got an object with the keys kind',
    ],
  ];
  for (const [mistake, message] of mistakes) {
    expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
  }
});

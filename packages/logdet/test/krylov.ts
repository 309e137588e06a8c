import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, type LinearOperator } from '@iresnet/core';
import { checkEstimator, checkNoLeak } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  estimateWithError,
  exact,
  fixedProbes,
  hutchPlusPlus,
  orthogonal,
  powerSeries,
  rademacher,
} from '../src';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** A symmetric kernel with the given eigenvalues. */
function symmetric(eigenvalues: number[], seed: number): tf.Tensor2D {
  const d = eigenvalues.length;
  return tf.tidy(() => {
    const q = tf.linalg.qr(createRng(seed).normal([d, d]) as tf.Tensor2D)[0] as tf.Tensor2D;
    return tf.matMul(tf.mul(q, tf.tensor1d(eigenvalues)) as tf.Tensor2D, q, false, true);
  });
}

/** An operator that counts its products. */
function counting(a: LinearOperator): { a: LinearOperator; count: () => number } {
  let products = 0;
  const counted = (f: (v: tf.Tensor) => tf.Tensor) => (v: tf.Tensor) => {
    products++;
    return f(v);
  };
  return { a: { ...a, matvec: counted((v) => a.matvec(v)) }, count: () => products };
}

/** The laws of the Krylov estimators and of the probes that go with them, on the current backend. */
export function krylovLaws(): void {
  describe('exact cases: value, gradient, breakdowns, leaks on every kind of spectrum', () => {
    test.each([
      ['arnoldi with m = d', () => arnoldi({ products: 4, probe: basis() })],
      ['adaptiveArnoldi to 0', () => adaptiveArnoldi({ tolerance: 0, probe: basis() })],
      ['arnoldi with d orthogonal probes', () => arnoldi({ products: 4, probe: orthogonal(4) })],
      ['a long series with d orthogonal probes', () => powerSeries({ truncation: 80, probe: orthogonal(4) })],
      [
        'arnoldi with Hutch++ over a basis',
        () => arnoldi({ products: 4, probe: hutchPlusPlus({ directions: 2, probe: basis() }) }),
      ],
    ])('%s', (name, make) => {
      checkEstimator(make(), { name });
    });

    test('arnoldi with few products and random probes keeps the laws that need no exactness', () => {
      checkEstimator(arnoldi({ products: 2, probe: rademacher(3) }), { exact: false });
      checkEstimator(adaptiveArnoldi({ tolerance: 0.05 }), { exact: false });
      checkEstimator(arnoldi({ products: 3, probe: hutchPlusPlus({ directions: 2 }) }), { exact: false });
    });
  });

  describe('arnoldi', () => {
    const d = 64;
    const spectrum = Array.from({ length: d }, (_, i) => -0.9 + (1.8 * i) / (d - 1));
    const truth = spectrum.reduce((sum, lambda) => sum + Math.log1p(lambda), 0);

    test('five products are better than twenty terms on a real spectrum in [−0.9, 0.9]', () => {
      const a = denseOperator(symmetric(spectrum, 1));
      const like = tf.zeros([1, d]);
      // With the basis as probes nothing is left but the truncation.
      const errorOf = (estimate: tf.Tensor) => Math.abs(valuesOf(estimate)[0]! - truth);
      const krylov = errorOf(arnoldi({ products: 5, probe: basis() })(a, like, createRng(0)));
      const series = (terms: number) =>
        errorOf(powerSeries({ truncation: terms, probe: basis() })(a, like, createRng(0)));
      expect(krylov).toBeLessThan(series(20));
      expect(krylov).toBeLessThan(series(5) / 20);
    });

    test.each([1, 2, 5])('costs %i untaped products and one taped', (m) => {
      const { a, count } = counting(denseOperator(symmetric(spectrum, 2)));
      arnoldi({ products: m })(a, tf.zeros([2, d]), createRng(0));
      expect(count()).toBe(m + 1);
    });

    test('keeps as many tensors for the backward pass whatever m is', () => {
      const kernel = tf.variable(symmetric(spectrum, 3));
      const alive = (m: number) => {
        let held = 0;
        tf.tidy(() => {
          tf.variableGrads(() => {
            const value = tf.sum(
              arnoldi({ products: m })(denseOperator(kernel), tf.zeros([2, d]), createRng(0)),
            );
            held = tf.memory().numTensors;
            return value as tf.Scalar;
          }, [kernel]);
        });
        return held;
      };
      expect(alive(12)).toBe(alive(2));
      const like = tf.zeros([2, d]);
      checkNoLeak(() => arnoldi({ products: 3 })(denseOperator(kernel), like, createRng(0)));
      kernel.dispose();
    });

    test('a zero probe counts nothing, and NaN stays in its row', () => {
      const zero = arnoldi({ products: 2, probe: fixedProbes(tf.zeros([1, 1, 3]), 1) });
      expect(valuesOf(zero(denseOperator(tf.mul(0.5, tf.eye(3))), tf.zeros([1, 3]), createRng(0)))).toEqual([
        0,
      ]);
      const slopes = tf.tensor2d([
        [0.1, 0.2, 0.3],
        [NaN, 0, 0],
        [0.3, 0.1, 0.2],
      ]);
      const estimate = arnoldi({ products: 3, probe: basis() });
      const values = valuesOf(estimate((v) => tf.mul(v, slopes), slopes, createRng(0)));
      expect(values[1]).toBeNaN();
      // Three logarithms in float32.
      expect(values[0]).toBeCloseTo(Math.log(1.1 * 1.2 * 1.3), 5);
      expect(values[2]).toBeCloseTo(Math.log(1.3 * 1.1 * 1.2), 5);
    });

    test('refuses what cannot be', () => {
      expect(() => arnoldi({ products: 0 })).toThrow('logdet.arnoldi: expected products ≥ 1, got 0');
      expect(() =>
        arnoldi({ products: 4 })(denseOperator(tf.eye(3)), tf.zeros([1, 3]), createRng(0)),
      ).toThrow('logdet.arnoldi: expected products ≤ 3, the size of an example, got 4');
    });
  });

  describe('adaptiveArnoldi', () => {
    test('stops where its tolerance allows, and is then that near for the probe', () => {
      const eigenvalues = Array.from({ length: 32 }, (_, i) => -0.6 + (1.2 * i) / 31);
      const kernel = symmetric(eigenvalues, 4);
      const probe = fixedProbes(createRng(5).rademacher([1, 1, 32]), 1);
      const reference = valuesOf(
        powerSeries({ truncation: 60, probe })(denseOperator(kernel), tf.zeros([1, 32]), createRng(0)),
      )[0]!;
      let last = Infinity;
      for (const tolerance of [1, 0.1, 0.01]) {
        const { a, count } = counting(denseOperator(kernel));
        const value = valuesOf(adaptiveArnoldi({ tolerance, probe })(a, tf.zeros([1, 32]), createRng(0)))[0]!;
        // Proven: the error is at most ε/(1 − ‖A‖₂); 1e-4 for float32.
        expect(Math.abs(value - reference)).toBeLessThan(tolerance / 0.4 + 1e-4);
        expect(count()).toBeLessThan(20);
        last = Math.min(last, count());
      }
      expect(last).toBeLessThan(8);
    });

    test('refuses what cannot be', () => {
      expect(() => adaptiveArnoldi({ tolerance: -1 })).toThrow(
        'logdet.adaptiveArnoldi: expected tolerance ≥ 0, got -1',
      );
      expect(() => adaptiveArnoldi({ tolerance: 1, maxProducts: 0 })).toThrow(
        'logdet.adaptiveArnoldi: expected maxProducts ≥ 1, got 0',
      );
    });
  });

  describe('probes', () => {
    test('orthogonal probes are orthogonal, of length √d', () => {
      const { vectors, weight } = orthogonal(3)(tf.zeros([2, 5]), createRng(1));
      expect(weight).toBeCloseTo(1 / 3);
      const rows = tf.transpose(vectors, [1, 0, 2]) as tf.Tensor3D;
      const gram = tf.matMul(rows, rows, false, true).arraySync() as number[][][];
      // Five products of values below 3, in float32.
      gram.forEach((one) =>
        one.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(i === j ? 5 : 0, 4))),
      );
      expect(() => orthogonal(6)(tf.zeros([2, 5]), createRng(1))).toThrow(
        'expected samples ≤ 5, the size of an example, got 6',
      );
    });

    test('Hutch++ has no variance on a matrix of rank one', () => {
      const a = denseOperator(tf.mul(0.1, tf.ones([5, 5])));
      const estimate = arnoldi({ products: 2, probe: hutchPlusPlus({ directions: 1 }) });
      for (const seed of [0, 1, 2]) {
        const value = valuesOf(estimate(a, tf.zeros([1, 5]), createRng(seed)))[0]!;
        expect(value).toBeCloseTo(Math.log(1.5), 5); // float32
      }
      expect(() => hutchPlusPlus({ directions: 0 })).toThrow(
        'logdet.hutchPlusPlus: expected directions ≥ 1, got 0',
      );
    });
  });

  describe('estimateWithError', () => {
    test('is the mean and its standard error', () => {
      const a = denseOperator(symmetric([-0.5, 0.1, 0.3, 0.7], 6));
      const like = tf.zeros([2, 4]);
      const estimator = powerSeries({ truncation: 20, probe: rademacher() });
      const { logDet, standardError } = estimateWithError(estimator, a, like, createRng(7), 5);
      const rng = createRng(7);
      const draws = Array.from({ length: 5 }, () => valuesOf(estimator(a, like, rng)));
      [0, 1].forEach((row) => {
        const mean = draws.reduce((sum, draw) => sum + draw[row]!, 0) / 5;
        const variance = draws.reduce((sum, draw) => sum + (draw[row]! - mean) ** 2, 0) / (5 * 4);
        expect(valuesOf(logDet)[row]).toBeCloseTo(mean, 5);
        expect(valuesOf(standardError)[row]).toBeCloseTo(Math.sqrt(variance), 5);
      });
      const exactValue = valuesOf(exact()(a, like, rng))[0]!;
      // Four standard errors of a fixed seed.
      expect(Math.abs(valuesOf(logDet)[0]! - exactValue)).toBeLessThan(
        4 * valuesOf(standardError)[0]! + 1e-4,
      );
      expect(() => estimateWithError(estimator, a, like, rng, 1)).toThrow(
        'logdet.estimateWithError: expected repeats ≥ 2, got 1',
      );
    });
  });
}

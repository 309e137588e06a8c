import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import { gramBound } from '../src';
import { instances, matrixOf, normal } from './table';

/** What LAPACK's algorithm leaves uncertain in float64, some units of n·2⁻⁵³. */
const SVD_ROUNDING = 1e-13;

/** σ₁ of what float32 holds, and the rank as the documented factor counts it. */
function truth(values: readonly (readonly number[])[]): { sigma: number; rank: number } {
  const rows = new Matrix(values.map((row) => row.map(Math.fround)));
  const wide = rows.rows < rows.columns ? rows.transpose() : rows;
  const singular = new SingularValueDecomposition(wide).diagonal;
  return { sigma: singular[0]!, rank: Math.min(rows.rows, rows.columns) };
}

/** Certified: at least σ₁, and at most the factor r^(1/2ᵏ⁺²) above it, at every k. */
function holds(values: readonly (readonly number[])[]): void {
  const { sigma, rank } = truth(values);
  const kernel = tf.tensor2d(values.map((row) => [...row]));
  for (const steps of [0, 1, 2, 5, 10, 12]) {
    const bound = gramBound(kernel, steps);
    expect(bound).toBeGreaterThanOrEqual(sigma * (1 - SVD_ROUNDING));
    expect(bound).toBeLessThanOrEqual(sigma * rank ** (1 / 2 ** (steps + 2)) * (1 + 1e-10));
  }
  kernel.dispose();
}

test('is above σ₁ by no more than the documented factor, for random matrices of every shape', () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 24 }),
    columns: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(),
    // Products of factors of low rank, and entries over many orders of magnitude.
    rank: fc.integer({ min: 1, max: 24 }),
    exponent: fc.integer({ min: -30, max: 30 }),
  });
  fc.assert(
    fc.property(shape, ({ rows, columns, seed, rank, exponent }) => {
      const rng = createRng(seed);
      const left = Array.from({ length: rows }, () => Array.from({ length: rank }, () => normal(rng)));
      const right = Array.from({ length: rank }, () => Array.from({ length: columns }, () => normal(rng)));
      holds(
        left.map((row) =>
          Array.from(
            { length: columns },
            (_, j) => 10 ** exponent * row.reduce((total, x, k) => total + x * right[k]![j]!, 0),
          ),
        ),
      );
    }),
    { numRuns: 300, seed: 7 },
  );
});

test.each(instances)('known singular values: $name', (instance) => {
  const matrix = matrixOf(instance);
  holds(matrix);
  // The float32 matrix lies within 2⁻²⁴‖K‖_F of the exact one.
  expect(gramBound(tf.tensor2d(matrix)) / instance.singular[0]!).toBeCloseTo(1, 3);
});

test('the worst case of the factor: equal singular values', () => {
  // ‖I‖_F^(1/2ᵏ⁺¹) = n^(1/2ᵏ⁺²) for the identity.
  expect(gramBound(tf.eye(20), 12)).toBeCloseTo(20 ** (1 / 2 ** 14), 12);
  expect(gramBound(tf.eye(20), 10)).toBeCloseTo(20 ** (1 / 2 ** 12), 12);
});

test('decreases with the steps', () => {
  const kernel = createRng(3).normal([9, 14]);
  let last = Infinity;
  for (let steps = 0; steps <= 14; steps++) {
    const bound = gramBound(kernel, steps);
    // The margin for rounding grows with the steps, a thousandth of this.
    expect(bound).toBeLessThanOrEqual(last * (1 + 1e-10));
    last = bound;
  }
});

test('zero has the bound 0; one entry is its own norm', () => {
  expect(gramBound(tf.zeros([3, 5]))).toBe(0);
  expect(gramBound(tf.tensor2d([[-2.5]]))).toBeCloseTo(2.5, 12);
  // The smallest and the largest float32.
  expect(gramBound(tf.tensor2d([[2 ** -149]])) / 2 ** -149).toBeCloseTo(1, 10);
  expect(gramBound(tf.tensor2d([[3e38, 3e38]])) / Math.fround(3e38)).toBeCloseTo(Math.SQRT2, 10);
});

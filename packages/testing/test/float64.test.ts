import { SingularValueDecomposition, Matrix } from 'ml-matrix';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { finiteDifference, logAbsDet, numericalJacobian, singularValues } from '../src';

const hilbert = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1)));

describe('logAbsDet', () => {
  test.each([
    [
      'identity',
      [
        [1, 0],
        [0, 1],
      ],
      0,
    ],
    [
      'a permutation of sign −1',
      [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
      0,
    ],
    [
      'det −6',
      [
        [0, 2],
        [3, 1],
      ],
      Math.log(6),
    ],
    [
      'Vandermonde of 1, 2, 4',
      [
        [1, 1, 1],
        [1, 2, 4],
        [1, 4, 16],
      ],
      Math.log(6),
    ],
    [
      'singular',
      [
        [1, 2],
        [2, 4],
      ],
      -Infinity,
    ],
    ['empty', [], 0],
  ])('%s', (_, matrix, expected) => {
    if (Number.isFinite(expected)) expect(logAbsDet(matrix)).toBeCloseTo(expected, 14);
    else expect(logAbsDet(matrix)).toBe(expected);
  });

  test('the Hilbert matrix of order 5: det = 1/266716800000', () => {
    expect(logAbsDet(hilbert(5))).toBeCloseTo(-Math.log(266716800000), 9);
  });

  test('leaves its argument as it was, and names a matrix that is not square', () => {
    const matrix = [
      [1, 2],
      [3, 4],
    ];
    logAbsDet(matrix);
    expect(matrix).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() =>
      logAbsDet([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toThrow('testing.logAbsDet: expected a square matrix, got 2 rows of 3, 3 values');
  });
});

describe('singularValues', () => {
  test('of a graded triangular matrix by hand', () => {
    // AᵀA = [[1, 1], [1, 2]] has the eigenvalues (3 ± √5)/2: the golden ratio and its inverse.
    const [first, second] = singularValues([
      [1, 1],
      [0, 1],
    ]);
    expect(first).toBeCloseTo((1 + Math.sqrt(5)) / 2, 14);
    expect(second).toBeCloseTo((Math.sqrt(5) - 1) / 2, 14);
  });

  test('agree with an independent decomposition for every shape, and with the determinant', () => {
    const entry = fc.double({ min: -1, max: 1, noNaN: true });
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
      .chain(([m, n]) =>
        fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: m, maxLength: m }),
      );
    fc.assert(
      fc.property(matrix, (a) => {
        const values = singularValues(a);
        const expected = new SingularValueDecomposition(new Matrix(a), { autoTranspose: true }).diagonal;
        expect(values.length).toBe(Math.min(a.length, a[0]!.length));
        values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
        if (a.length === a[0]!.length && values.at(-1)! > 1e-6) {
          expect(values.reduce((sum, value) => sum + Math.log(value), 0)).toBeCloseTo(logAbsDet(a), 8);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe('finiteDifference', () => {
  test('of smooth curves to nine digits', () => {
    const { value } = finiteDifference((t) => [Math.exp(t), Math.sin(2 * t), 1 / (1 + t), 5]);
    [1, 2, -1, 0].forEach((slope, i) => expect(value[i]).toBeCloseTo(slope, 7));
  });

  test('its error is large at a kink and small beside it', () => {
    const { error } = finiteDifference((t) => [Math.max(0, t + 0.002), Math.max(0, t + 0.1)]);
    expect(error[0]).toBeGreaterThan(0.1);
    expect(error[1]).toBeLessThan(1e-4);
  });
});

test('numericalJacobian gives [out][in] for every example, and leaves nothing alive', () => {
  const x = tf.tensor2d([
    [0.5, -1, 2],
    [1, 0.3, -0.7],
  ]);
  const before = tf.memory().numTensors;
  // f(x) = (x₀ x₁, sin x₂)
  const jacobians = numericalJacobian((z) => {
    const [a, b, c] = tf.unstack(z, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.stack([tf.mul(a, b), tf.sin(c)], 1);
  }, x);
  expect(tf.memory().numTensors).toBe(before);
  const expected = [
    [
      [-1, 0.5, 0],
      [0, 0, Math.cos(2)],
    ],
    [
      [0.3, 1, 0],
      [0, 0, Math.cos(-0.7)],
    ],
  ];
  // Float32 rounding of f over the step: 1e-4.
  jacobians.forEach((m, b) =>
    m.forEach((row, i) =>
      Array.from(row).forEach((v, j) => expect(Math.abs(v - expected[b]![i]![j]!)).toBeLessThan(1e-4)),
    ),
  );
});

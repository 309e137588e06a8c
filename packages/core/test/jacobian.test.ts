import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRng, jacobian, materialize, transposeOperator } from '../src';
import { onEachBackend } from './backends';

/** f on one example in float64 where it has a closed form, and the same in TensorFlow.js. */
interface Case {
  inShape: number[];
  f: (x: tf.Tensor) => tf.Tensor;
  exact: (x: number[]) => number[];
}
const kernel = [
  [0.5, -1],
  [2, 0.25],
  [-0.75, 1],
];
const cases: Record<string, Case> = {
  tanh: { inShape: [3], f: (x) => tf.tanh(x), exact: (x) => x.map(Math.tanh) },
  'exp on events [2, 2]': { inShape: [2, 2], f: (x) => tf.exp(x), exact: (x) => x.map(Math.exp) },
  'matMul, 3 → 2': {
    inShape: [3],
    f: (x) => tf.matMul(x as tf.Tensor2D, tf.tensor2d(kernel)),
    exact: (x) => [0, 1].map((j) => x.reduce((sum, value, i) => sum + value * kernel[i]![j]!, 0)),
  },
  softmax: {
    inShape: [4],
    f: (x) => tf.softmax(x),
    exact: (x) => {
      const total = x.reduce((sum, value) => sum + Math.exp(value), 0);
      return x.map((value) => Math.exp(value) / total);
    },
  },
  'a sum of squares, 3 → 1': {
    inShape: [3],
    f: (x) => tf.sum(tf.square(x), 1, true),
    exact: (x) => [x.reduce((sum, value) => sum + value * value, 0)],
  },
  'outer product, 2 → [2, 2]': {
    inShape: [2],
    f: (x) => tf.mul(tf.expandDims(x, 2), tf.expandDims(x, 1)),
    exact: ([a, b]) => [a! * a!, a! * b!, b! * a!, b! * b!],
  },
};

/** Central differences in float64: exact to 1e-9. */
const differences = (f: (x: number[]) => number[], x: number[]): number[][] => {
  const h = 1e-5;
  const columns = x.map((_, j) => {
    const [above, below] = [h, -h].map((t) => f(x.map((value, k) => (k === j ? value + t : value)))) as [
      number[],
      number[],
    ];
    return above.map((value, i) => (value - below[i]!) / (2 * h));
  });
  return columns[0]!.map((_, i) => columns.map((column) => column[i]!));
};

onEachBackend(() => {
  test.each(Object.entries(cases))(
    '%s agrees with finite differences, by both products',
    (_, { inShape, f, exact }) => {
      const batch = 2;
      const x = createRng(1).normal([batch, ...inShape]);
      const a = jacobian(f, x);
      const expected = (tf.reshape(x, [batch, -1]).arraySync() as number[][]).map((row) =>
        differences(exact, row),
      );
      const before = tf.memory().numTensors;
      const byColumns = materialize(a, batch);
      const byRows = materialize(transposeOperator(a), batch);
      expect(tf.memory().numTensors).toBe(before + 2);
      const columns = byColumns.arraySync() as number[][][];
      const rows = byRows.arraySync() as number[][][];
      expected.forEach((matrix, b) =>
        matrix.forEach((row, i) =>
          row.forEach((value, j) => {
            // Float32 rounding of a backward pass with values of order ten.
            expect(Math.abs(columns[b]![i]![j]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
            expect(Math.abs(rows[b]![j]![i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
          }),
        ),
      );
    },
  );

  test('products are constants for an enclosing gradient, as documented', () => {
    // d/dx Σ x · c(J v) with J = diag(2x), v = 1: the product 2x is a constant factor.
    const f = (x: tf.Tensor) => tf.sum(tf.mul(x, jacobian((z) => tf.square(z), x).matvec(tf.onesLike(x))));
    expect(
      tf
        .grad(f)(tf.tensor2d([[3, -1]]))
        .arraySync(),
    ).toEqual([[6, -2]]);
  });
});

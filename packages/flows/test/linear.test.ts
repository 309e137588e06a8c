import * as tf from '@tensorflow/tfjs';
import { createRng, trainableParams } from '@iresnet/core';
import { Matrix, determinant, SVD } from 'ml-matrix';
import { expect, test } from 'vitest';
import { linear, whiten, whitening } from '../src';

/** W, as the map of the rows of the identity. */
function weightOf(f: ReturnType<typeof linear>, c: number): Matrix {
  return new Matrix(
    tf.tidy(() => tf.sub(f.forward(tf.eye(c)), f.forward(tf.zeros([1, c]))).arraySync()) as number[][],
  );
}

test('log|det| and the bound of the inverse against a decomposition in float64', () => {
  for (const rotation of [undefined, createRng(5)]) {
    const f = linear([6], { ...(rotation && { rotation }) });
    tf.tidy(() => f.params['factors']!.assign(tf.mul(0.5, createRng(1).normal([6, 6]))));
    const w = weightOf(f, 6);
    const { logDet } = f.forwardAndLogDet(tf.zeros([2, 6]), createRng(0));
    // Sums of six float32 numbers of order one.
    for (const value of logDet.dataSync()) expect(value).toBeCloseTo(Math.log(Math.abs(determinant(w))), 5);
    const { errorBound } = f.inverseWithReport!(tf.zeros([1, 6]), [0.01]);
    const least = Math.min(...new SVD(w).diagonal);
    expect(errorBound[0]).toBeGreaterThanOrEqual(0.01 / least);
    expect(errorBound[0]).toBeLessThan((0.01 * Math.sqrt(6)) / least);
    expect(trainableParams(f.params).length).toBe(2);
    f.dispose();
  }
});

test('the rotation keeps lengths, and a channel counts once for each pixel', () => {
  const f = linear([4, 4, 5], { rotation: createRng(2) });
  const x = createRng(3).normal([2, 4, 4, 5]);
  const [a, b] = [x, f.forward(x)].map((t) => tf.norm(t).dataSync()[0]!);
  expect(b! / a!).toBeCloseTo(1, 6);
  tf.tidy(() => f.params['factors']!.assign(tf.eye(5) as tf.Tensor as tf.Variable));
  expect(f.forwardAndLogDet(x, createRng(0)).logDet.dataSync()[1]).toBeCloseTo(5 * 16, 4);
  f.dispose();
});

test('a step changes the inverse too', () => {
  const f = linear([2]);
  const x = tf.tensor2d([[1, 2]]);
  f.inverse(x);
  tf.tidy(() => f.params['factors']!.assign(tf.tensor2d([[0.5, 1], [-1, 0.2]]))); // prettier-ignore
  f.inverse(f.forward(x))
    .dataSync()
    .forEach((value, i) => expect(value).toBeCloseTo([1, 2][i]!, 5));
  f.dispose();
});

test('whitened rows have mean 0 and covariance I, columns of correlation 0.9999 too', () => {
  const draws = createRng(4).normal([400, 3]).arraySync() as number[][];
  const rows = draws.map(([a, b, c]) => [a! + 5, a! + 0.01 * b! - 2, 100 * c! + a!]);
  const y = new Matrix(whiten(whitening(rows)).forward(tf.tensor2d(rows)).arraySync() as number[][]);
  const covariance = y.transpose().mmul(y).div(400).to2DArray();
  covariance.forEach((row, i) =>
    // Rows are rounded to float32 first: 5 · 6e-8 of a direction whose deviation is 0.01.
    row.forEach((value, j) => expect(Math.abs(value - (i === j ? 1 : 0))).toBeLessThan(2e-3)),
  );
  const { logDet } = whiten(whitening(rows)).forwardAndLogDet(tf.tensor2d(rows.slice(0, 1)), createRng(0));
  const m = new Matrix(rows).subRowVector(new Matrix(rows).mean('column'));
  expect(logDet.dataSync()[0]).toBeCloseTo(-0.5 * Math.log(determinant(m.transpose().mmul(m).div(400))), 4);
});

test('a ridge takes columns that follow from each other; without, they are refused', () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i, 2 * i]);
  expect(() => whitening(rows)).toThrow(
    'expected columns that do not follow from each other, or a ridge > 0',
  );
  const { matrix } = whitening(rows, { ridge: 1e-4 });
  expect(matrix.every(Number.isFinite)).toBe(true);
  expect(() => whitening([[1]])).toThrow('at least two rows');
  expect(() => whiten({ mean: [0, 0], matrix: [1, 1, 1, 1] })).toThrow('expected a matrix with an inverse');
  expect(() => whiten({ mean: [0, 0], matrix: [1] })).toThrow('expected d means and d² values');
  expect(() => linear([])).toThrow('flows.linear: expected an event shape such as [3], got a list of 0');
});

import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError } from '@iresnet/core';
import { expect, test } from 'vitest';
import { logit } from '../src';

test.each([
  [0.05, 0],
  [1e-6, 0],
  [0.05, -0.5],
  [1e-6, -0.5],
])('y and log-det against float64, at the edges too: α = %d, from %d', (alpha, low) => {
  const x = [0, 1 / 256, 0.25, 0.5, 0.75, 255 / 256, 1];
  const f = logit(alpha, low);
  // Exact in float32, so that the edges are met.
  const shifted = x.map((v) => v + low);
  const { y, logDet } = f.forwardAndLogDet(tf.tensor4d(shifted, [1, 7, 1, 1]), createRng(0));
  // sigmoid(y) is rounded at 1, at worst by 1e-7, and divided by 1 − 2α.
  f.inverse(y)
    .dataSync()
    .forEach((v, i) => expect(Math.abs(v - shifted[i]!)).toBeLessThan(5e-7));
  const p = x.map((v) => [alpha + (1 - 2 * alpha) * v, alpha + (1 - 2 * alpha) * (1 - v)] as const);
  expect(y.shape).toEqual([1, 7, 1, 1]);
  // Values up to 14 and sums up to 30 in float32: some 1e-6 each.
  y.dataSync().forEach((v, i) => expect(Math.abs(v - Math.log(p[i]![0] / p[i]![1]))).toBeLessThan(5e-6));
  const wanted = p.reduce((s, [a, b]) => s + Math.log((1 - 2 * alpha) / (a * b)), 0);
  expect(Math.abs(logDet.dataSync()[0]! - wanted)).toBeLessThan(2e-5);
});

test('other arguments are refused', () => {
  for (const alpha of [0, 0.5, -0.1, NaN]) expect(() => logit(alpha)).toThrow(IResNetError);
  expect(() => logit(0.1, Infinity)).toThrow('flows.logit: expected a finite low, got Infinity');
});

import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { memoizeOnParams } from '../src/internal';
import { onEachBackend } from './backends';

onEachBackend(() => {
  test('computes again after an assignment, and only then', () => {
    const [a, b] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))];
    let calls = 0;
    const product = memoizeOnParams({ a, b }, () => {
      calls++;
      return a.dataSync()[0]! * b.dataSync()[0]!;
    });
    expect([product(), product(), calls]).toEqual([6, 6, 1]);
    b.assign(tf.scalar(5));
    expect([product(), product(), calls]).toEqual([10, 10, 2]);
    tf.train.sgd(1).minimize(() => tf.mul(a, 4) as tf.Scalar, false, [a]); // a ← 2 − 4
    expect([product(), calls]).toEqual([-10, 3]);
    tf.dispose([a, b]);
  });

  test('without variables it computes once', () => {
    let calls = 0;
    const constant = memoizeOnParams({}, () => ++calls);
    expect([constant(), constant()]).toEqual([1, 1]);
  });

  test('a computation that assigns the variables itself is not repeated for that', () => {
    const a = tf.variable(tf.scalar(2));
    let calls = 0;
    const settled = memoizeOnParams({ a }, () => {
      a.assign(tf.scalar(7));
      return ++calls;
    });
    expect([settled(), settled()]).toEqual([1, 1]);
    a.dispose();
  });
});

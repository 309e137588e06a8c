import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { batchDot, eventSize, squaredNorm } from '../src';
import { lastAxes, perExample } from '../src/internal';
import { onEachBackend } from './backends';

onEachBackend(() => {
  test('⟨u, v⟩ per example, over events of any rank', () => {
    const u = tf.tensor3d([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [0, 1],
        [-1, 0],
      ],
    ]);
    const v = tf.tensor3d([
      [
        [1, 1],
        [1, 1],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    expect(batchDot(u, v).arraySync()).toEqual([10, -1]);
    expect(squaredNorm(u).arraySync()).toEqual([30, 2]);
  });

  test('[S, B] when the rank of the event is given', () => {
    const u = tf.tensor3d([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [0, 1],
        [-1, 0],
      ],
    ]);
    expect(squaredNorm(u, 1).arraySync()).toEqual([
      [5, 25],
      [1, 1],
    ]);
    expect(batchDot(u, tf.ones([2, 2, 2]), 1).arraySync()).toEqual([
      [3, 7],
      [1, -1],
    ]);
  });

  test('scalar events', () => {
    expect(squaredNorm(tf.tensor1d([2, -3])).arraySync()).toEqual([4, 9]);
  });

  test('the gradient of ‖v‖² is 2v, and only the result stays alive', () => {
    const v = tf.tensor2d([[1, -2]]);
    expect(
      tf
        .grad((x: tf.Tensor) => tf.sum(squaredNorm(x)))(v)
        .arraySync(),
    ).toEqual([[2, -4]]);
    const before = tf.memory().numTensors;
    squaredNorm(v).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('axes and sizes', () => {
  expect(lastAxes(4, 2)).toEqual([2, 3]);
  expect(lastAxes(1, 0)).toEqual([]);
  expect(eventSize([])).toBe(1);
  expect(eventSize([2, 3, 4])).toBe(24);
  expect(eventSize([2, 0])).toBe(0);
});

test('one number for each example broadcasts over events of any rank', () => {
  tf.tidy(() => {
    const values = tf.tensor1d([2, 3]);
    expect(perExample(values, 0).shape).toEqual([2]);
    const scaled = tf.mul(tf.ones([2, 1, 2]), perExample(values, 2));
    expect(Array.from(scaled.dataSync())).toEqual([2, 2, 3, 3]);
  });
});

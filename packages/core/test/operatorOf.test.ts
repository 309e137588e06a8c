import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { operatorOf } from '../src';
import { onEachBackend } from './backends';

onEachBackend(() => {
  test('a bare product takes several vectors an example, and hides its transpose', () => {
    tf.tidy(() => {
      const kernel = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      let calls = 0;
      const a = operatorOf(
        (v) => {
          calls++;
          return tf.matMul(v as tf.Tensor2D, kernel);
        },
        [2],
      );
      const v = tf.tensor3d([[[1, 0]], [[0, 1]]]); // two vectors for one example
      expect(Array.from(a.matvec(v).dataSync())).toEqual([1, 2, 3, 4]);
      expect(calls).toBe(2);
      expect(a.matvec(tf.tensor3d([[[1, 1]]])).arraySync()).toEqual([[[4, 6]]]);
      expect(a.matvec(tf.tensor2d([[1, 1]])).arraySync()).toEqual([[4, 6]]);
      expect(() => a.rmatvec(v)).toThrow('expected an operator that knows its transposed product');
    });
  });
});

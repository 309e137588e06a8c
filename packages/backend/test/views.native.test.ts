import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { onNative, startBackend } from '../../../scripts/native';

onNative(() => {
  it('takes a tensor from another backend under the shape that it has there', async () => {
    await startBackend('wasm');
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    const wide = x.reshape([2, 3]);
    const tall = wide.reshape([3, 2]);
    await startBackend('tensorflow');
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      expect(tf.matMul<tf.Tensor>(wide, tall).arraySync()).toEqual([
        [22, 28],
        [49, 64],
      ]);
      expect(tf.sum(tall, 0).arraySync()).toEqual([9, 12]);
      expect(tf.add(x, 1).arraySync()).toEqual([2, 3, 4, 5, 6, 7]);
      expect(wide.transpose().arraySync()).toEqual([[1, 4], [2, 5], [3, 6]]); // prettier-ignore
      expect(tf.concat([tall, tall], 1).shape).toEqual([3, 4]);
    });
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
    wide.dispose();
    // The values live on under the last shape.
    expect(tf.relu(tall).shape).toEqual([3, 2]);
    tall.dispose();
  });

  it('moves a variable that a reshape made there and back', async () => {
    await startBackend('wasm');
    const w = tf.variable(tf.tensor1d([1, 0, 0, 2]).reshape([2, 2]) as tf.Tensor2D);
    await startBackend('tensorflow');
    expect(tf.matMul(w, w).arraySync()).toEqual([
      [1, 0],
      [0, 4],
    ]);
    await startBackend('wasm');
    expect(tf.matMul(w, w).arraySync()).toEqual([
      [1, 0],
      [0, 4],
    ]);
  });
});

import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createRng, IResNetError } from '@iresnet/core';
import { singularValues } from '@iresnet/testing';
import { convBoundAnywhere, convBoundAt } from '../src';

/**
 * The matrix of the convolution, one image with a single one after another through tf.conv2d: an
 * independent truth.
 */
function normOf(kernel: tf.Tensor4D, [h, w]: readonly [number, number]): number {
  const inputs = kernel.shape[2];
  const n = h * w * inputs;
  const columns = tf.conv2d(tf.reshape(tf.eye(n), [n, h, w, inputs]) as tf.Tensor4D, kernel, 1, 'same');
  return singularValues(tf.reshape(columns, [n, -1]).arraySync() as number[][])[0]!;
}

const sizes: [readonly [number, number], [number, number, number, number]][] = [
  [
    [2, 2],
    [3, 3, 4, 6],
  ],
  [
    [1, 1],
    [3, 3, 5, 2],
  ],
  [
    [4, 3],
    [3, 3, 2, 3],
  ],
  [
    [3, 5],
    [5, 3, 1, 2],
  ],
  [
    [2, 6],
    [1, 3, 3, 1],
  ],
];

describe('convBoundAt', () => {
  test.each(sizes)('image %j, kernel %j: just above the norm, scale and all', (size, shape) => {
    for (const scale of [1, 1e-6, 1e6]) {
      const kernel = tf.mul(createRng(3).normal(shape), scale) as tf.Tensor4D;
      const norm = normOf(kernel, size);
      // The reference takes its matrix through float32 convolutions: 2⁻²⁴ a sum; Gram iteration is
      // above by 1.0003 at rank 36.
      expect(convBoundAt(kernel, size)).toBeGreaterThan(norm * (1 - 2 ** -22));
      expect(convBoundAt(kernel, size)).toBeLessThan(norm * 1.0005);
    }
  });

  test('ones on few pixels: each output sums every pixel, and no more', () => {
    const ones = tf.ones([3, 3, 1, 1]);
    expect(convBoundAt(ones, [2, 2])).toBeCloseTo(4, 3);
    expect(convBoundAt(ones, [1, 1])).toBeCloseTo(1, 6);
    expect(convBoundAnywhere(ones)).toBeGreaterThan(9);
  });

  test('on larger images it approaches the bound of every size from below', () => {
    const kernel = createRng(1).normal([3, 3, 2, 2]);
    const bounds = [1, 2, 4, 8].map((n) => convBoundAt(kernel, [n, n]));
    expect([...bounds].sort((a, b) => a - b)).toEqual(bounds);
    expect(bounds.at(-1)).toBeLessThan(convBoundAnywhere(kernel));
  });

  test('leaves nothing behind', () => {
    const kernel = createRng(1).normal([3, 3, 2, 2]);
    const before = tf.memory().numTensors;
    convBoundAt(kernel, [3, 3]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a caller’s mistakes', () => {
    const mistakes: [() => unknown, string][] = [
      [
        () => convBoundAt(tf.ones([3, 3, 1]), [2, 2]),
        'expected a kernel [kh, kw, in, out] with odd kh and kw',
      ],
      [() => convBoundAt(tf.ones([2, 3, 1, 1]), [2, 2]), 'with odd kh and kw, got shape [2,3,1,1]'],
      [() => convBoundAt(tf.ones([3, 3, 1, 1]), [0, 2]), 'expected a positive imageSize [h, w], got [0,2]'],
      [() => convBoundAt(tf.fill([3, 3, 1, 1], NaN), [2, 2]), 'expected finite values'],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(IResNetError);
      expect(mistake).toThrow(message);
    }
  });
});

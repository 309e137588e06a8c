import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import { cLipSwish, cRelu, dense, denseConcat, groupSort, identity, lipSwish, maxMin } from '../src';

describe('groupSort', () => {
  it.each([2, 3, 4, 5, 7])('sorts groups of %i as Array.sort does', (size) => {
    const x = createRng(size).normal([50, 2 * size]);
    const expected = (x.arraySync() as number[][]).map((row) =>
      [row.slice(0, size), row.slice(size)].flatMap((group) => group.sort((a, b) => b - a)),
    );
    expect(groupSort(size).apply(x).arraySync()).toEqual(expected);
  });

  it('agrees with maxMin up to the order of the channels', () => {
    const x = createRng(1).normal([4, 6]);
    const sorted = tf.reshape(tf.transpose(tf.reshape(groupSort(2).apply(x), [4, 3, 2]), [0, 2, 1]), [4, 6]);
    expect(sorted.arraySync()).toEqual(maxMin().apply(x).arraySync());
  });

  it('refuses channels that do not fill the groups, and groups of one', () => {
    expect(() => groupSort(4).apply(tf.ones([1, 6]))).toThrow(
      'lipschitz.groupSort: expected channels in groups of 4, got shape [1,6]',
    );
    expect(() => groupSort(1)).toThrow('lipschitz.groupSort: expected a group size ≥ 2, got 1');
  });
});

describe('concatenated activations', () => {
  it('are their formulas', () => {
    const x = createRng(2).normal([5, 3]);
    const plain = lipSwish();
    const expected = tf.div(tf.concat([plain.apply(x), plain.apply(tf.neg(x))], 1), 1.004);
    // The same ops in the same order: equal to the bit.
    expect(cLipSwish().apply(x).arraySync()).toEqual(expected.arraySync());
    expect(cRelu().apply(x).arraySync()).toEqual(tf.concat([tf.relu(x), tf.relu(tf.neg(x))], 1).arraySync());
  });

  it('cLipSwish has a slope that comes within 1e-4 of its bound and never above', () => {
    const f = cLipSwish();
    // The largest slope of t·sigmoid(t) is near t = 2.4; β = softplus(0.5) = 0.974.
    const grid = Array.from({ length: 400 }, (_, i) => 2 + i / 400);
    const { jacobian } = f.linearize(tf.tensor2d(grid, [400, 1]));
    const norms = tf.norm(jacobian.matvec(tf.ones([400, 1])), 'euclidean', 1).dataSync();
    const steepest = Math.max(...norms);
    expect(steepest).toBeLessThan(f.lipschitzBound() + 1e-6); // one float32 rounding
    expect(steepest).toBeGreaterThan(f.lipschitzBound() - 1e-4);
  });
});

describe('denseConcat', () => {
  it('weighs both parts by 1/√2 at the start', () => {
    const x = createRng(3).normal([2, 2]);
    const y = denseConcat(identity()).apply(x).arraySync() as number[][];
    (x.arraySync() as number[][]).forEach((row, i) =>
      [...row, ...row].forEach((value, j) => expect(y[i]![j]).toBeCloseTo(value / Math.SQRT2, 6)),
    );
  });

  it('keeps its bound whatever η learns', () => {
    const f = denseConcat(dense({ inputs: 2, outputs: 3, coefficient: 0.5, rng: createRng(4) }));
    for (const eta of [
      [0, 0],
      [5, -5],
      [-20, 3],
      [100, 100],
    ]) {
      f.params['eta']!.assign(tf.tensor1d(eta));
      expect(f.lipschitzBound()).toBeLessThan(1 + 1e-6);
      expect(f.lipschitzBound()).toBeGreaterThan(0.1);
    }
  });
});

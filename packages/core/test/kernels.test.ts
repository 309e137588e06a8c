import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createRng, noGrad } from '../src';
import {
  affine,
  concatFlat,
  plus,
  plusTimes,
  rowsTimes,
  share,
  sumOfProducts,
  sumOfTimes,
  times,
} from '../src/internal';
import { onEachBackend } from './backends';

/** Eighths from −2 to 2: all sums of their products are exact in float32. */
const eighths = (shape: number[], seed: number): tf.Tensor =>
  tf.tidy(() => tf.div(tf.round(createRng(seed).uniform(shape, -16, 16)), 8));

type Op = (...xs: tf.Tensor[]) => tf.Tensor;

/** Each function beside the ops that it stands for. */
const functions: readonly { name: string; shapes: number[][]; own: Op; ops: Op }[] = [
  {
    name: 'times, broadcast',
    shapes: [
      [5, 6],
      [2, 5, 6],
    ],
    own: (a, b) => times(a!, b!),
    ops: (a, b) => tf.mul(a!, b!),
  },
  {
    name: 'plus, broadcast',
    shapes: [[5, 6], [6]],
    own: (a, b) => plus(a!, b!),
    ops: (a, b) => tf.add(a!, b!),
  },
  {
    name: 'plusTimes',
    shapes: [
      [5, 7],
      [5, 7],
      [5, 7],
    ],
    own: (x, a, b) => plusTimes(x!, a!, b!),
    ops: (x, a, b) => tf.add(x!, tf.mul(a!, b!)),
  },
  {
    name: 'plusTimes, broadcast',
    shapes: [[5, 7], [5, 1], [7]],
    own: (x, a, b) => plusTimes(x!, a!, b!),
    ops: (x, a, b) => tf.add(x!, tf.mul(a!, b!)),
  },
  ...[1, 2, 5].map((slices) => ({
    name: `sumOfTimes of ${slices}`,
    shapes: [
      [slices, 3, 7],
      [slices, 3, 7],
    ],
    own: (...[a, b]: tf.Tensor[]) => sumOfTimes(a!, b!),
    ops: (...[a, b]: tf.Tensor[]) => tf.sum(tf.mul(a!, b!), 0),
  })),
  ...[
    [9, 5],
    [2, 9, 5],
    [2, 3, 3, 5],
  ].map((shape) => ({
    name: `rowsTimes of [${shape}]`,
    shapes: [shape, [5, 11]],
    own: (...[x, k]: tf.Tensor[]) => rowsTimes(x!, k!),
    ops: (...[x, k]: tf.Tensor[]) =>
      tf.reshape(tf.matMul(tf.reshape(x!, [-1, 5]), k as tf.Tensor2D), [...shape.slice(0, -1), 11]),
  })),
  ...[[9], [2, 9]].map((rows) => ({
    name: `sumOfProducts over [${rows}]`,
    shapes: [
      [...rows, 5],
      [...rows, 3],
    ],
    own: (...[x, y]: tf.Tensor[]) => sumOfProducts(x!, y!),
    ops: (...[x, y]: tf.Tensor[]) => tf.matMul(tf.reshape(x!, [-1, 5]), tf.reshape(y!, [-1, 3]), true),
  })),
  {
    name: 'concatFlat',
    shapes: [[2, 3], [4], [1, 1, 2], []],
    own: (...xs) => concatFlat(xs),
    ops: (...xs) => tf.concat(xs.map((x) => tf.reshape(x, [-1]))),
  },
];

onEachBackend(() => {
  describe.each(functions)('$name', ({ shapes, own, ops }) => {
    const inputs = () => shapes.map((shape, i) => eighths(shape, i));

    test('has the values and the shape of the ops, and leaves only its result', () => {
      const xs = inputs();
      const expected = ops(...xs);
      const before = tf.memory().numTensors;
      const found = tf.tidy(() => noGrad(() => own(...xs)));
      expect(tf.memory().numTensors).toBe(before + 1);
      expect(found.shape).toEqual(expected.shape);
      expect(found.dataSync()).toEqual(expected.dataSync());
    });

    test('has their gradient under a tape', () => {
      const xs = inputs();
      const gradient = (op: Op) => tf.grads((...ys: tf.Tensor[]) => tf.sum(tf.square(op(...ys))))(xs);
      const expected = gradient(ops);
      gradient(own).forEach((g, i) => expect(g.dataSync()).toEqual(expected[i]!.dataSync()));
    });
  });

  test.each([
    [9, 5, 11],
    [6, 300, 64],
    [7, 1, 1],
    [500, 64, 2],
  ])('affine of %i rows, %i to %i values is the product and then the sum, bit for bit', (rows, n, m) => {
    const rng = createRng(0);
    const [x, k, b] = [rng.normal([rows, n]), rng.normal([n, m]), rng.normal([m])];
    const expected = tf.add(tf.matMul(x as tf.Tensor2D, k as tf.Tensor2D), b);
    const found = noGrad(() => affine(x, k, b));
    if (found) expect(found.dataSync()).toEqual(expected.dataSync());
    expect(affine(tf.zeros([2, rows, n]), k, b)).toBeNull();
    expect(affine(tf.zeros([rows, n + 1]), k, b)).toBeNull();
  });

  test('a shared tensor has the data of the first, outlives it, and belongs to no tidy', () => {
    const first = eighths([3], 1);
    const values = Array.from(first.dataSync());
    const before = tf.memory();
    const second = tf.tidy(() => share(first));
    expect(second.dataId).toBe(first.dataId);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    first.dispose();
    expect(Array.from(second.dataSync())).toEqual(values);
    second.dispose();
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers - 1);
  });
});

import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { convolutionFamily, conv2d, dense, matrixFamily, spectralWeight } from '../src';
import { longestOfImage } from '../src/families/longestOfImage';

const assign = (variable: tf.Variable, value: tf.Tensor) => variable.assign(value as typeof variable);

/** The norm of a matrix, in float64. */
const normOf = (kernel: tf.Tensor) => new SVD(new Matrix(kernel.arraySync() as number[][])).norm2;

describe('a weight that leaves its stored vector without support is normalized at its next use', () => {
  const swapped = (n: number, block: number) =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) =>
        Math.floor(i / (n / 2)) === block && Math.floor(j / (n / 2)) === block
          ? 1 + ((i * 7 + j * 3) % 5)
          : 0,
      ),
    );
  const cases = [
    ['one entry moves', [[1, 0], [0, 0]], [[0, 0], [0, -5]]],
    ['a second entry grows', [[1, 0], [0, 0]], [[1, 0], [0, 5]]],
    ['two tasks, masked', swapped(4, 0), swapped(4, 1)],
    ['a column', [[1, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 3], [0, 0, 3], [0, 0, 3]]],
    ['a row', [[1, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [2, 2, 2]]],
  ] as const; // prettier-ignore

  test.each(cases)('%s', (_name, before, after) => {
    const n = before.length;
    const layer = dense({ inputs: n, outputs: n, coefficient: 0.9, bias: false, rng: createRng(2) });
    const x = tf.eye(n);
    assign(layer.params['kernel']!, tf.tensor2d(before as unknown as number[][]));
    layer.apply(x);
    assign(layer.params['kernel']!, tf.tensor2d(after as unknown as number[][]));
    // The tolerance of power iteration is 1e-3.
    expect(normOf(layer.apply(x))).toBeLessThan(0.9 * 1.002);
    layer.dispose();
  });

  test.each([[[1, 1]], [[4, 4]], [[1, 5]], [[2, 2]]] as const)(
    'a convolution of images of %s',
    (imageSize) => {
      const layer = conv2d({ inputs: 2, outputs: 2, kernelSize: 3, imageSize: [...imageSize], coefficient: 0.9, bias: false, rng: createRng(2) }); // prettier-ignore
      const x = createRng(3).normal([1, ...imageSize, 2]);
      const kernel = (i: number, j: number, size: number) =>
      tf.buffer([3, 3, 2, 2]).toTensor().add(tf.oneHot(tf.scalar(4 * 4 + 2 * i + j, 'int32'), 36).reshape([3, 3, 2, 2]).mul(size)); // prettier-ignore
      assign(layer.params['kernel']!, kernel(0, 0, 1));
      layer.apply(x);
      assign(layer.params['kernel']!, kernel(1, 1, 5));
      layer.apply(x);
      // The kernel is one number at its center: its norm is that number.
      expect(layer.apply(x).norm().dataSync()[0]! / x.slice([0, 0, 0, 1]).norm().dataSync()[0]!).toBeLessThan(
        0.901,
      );
      layer.dispose();
    },
  );
});

test('loaded vectors that are zero, too long or not finite are not believed', () => {
  const kernel = tf.tensor2d([[3, 0], [0, 1]]); // prettier-ignore
  const bad: readonly (readonly [number[], number[]])[] = [
    [[0, 0], [0, 0]],
    [[5, 0], [1, 0]],
    [[NaN, 0], [1, 0]],
  ]; // prettier-ignore
  for (const [u, v] of bad) {
    const weight = spectralWeight(kernel, matrixFamily, createRng(0), { coefficient: 0.9 });
    assign(weight.params.u, tf.tensor2d([u]));
    assign(weight.params.v, tf.tensor2d([v]));
    expect(weight.sigma()).toBeCloseTo(3, 3);
    expect(weight.params.u.norm().dataSync()[0]).toBeCloseTo(1, 5);
    weight.dispose();
  }
});

test('vectors that belong to the weight are taken as they are', () => {
  const kernel = createRng(4).normal([5, 7]);
  const first = spectralWeight(kernel, matrixFamily, createRng(0));
  const second = spectralWeight(kernel, matrixFamily, createRng(1));
  assign(second.params.u, first.params.u);
  assign(second.params.v, first.params.v);
  expect(second.sigma()).toBe(first.sigma());
  expect(second.params.u.dataSync()).toEqual(first.params.u.dataSync());
});

test('the longest row or column is never above the norm, also where taps fall outside the image', () => {
  const rng = createRng(5);
  for (const [kh, kw, h, w] of [
    [3, 3, 1, 1],
    [3, 3, 2, 2],
    [5, 3, 2, 4],
    [3, 5, 4, 1],
    [3, 3, 5, 5],
    [1, 1, 3, 3],
  ] as const) {
    // prettier-ignore
    const kernel = rng.normal([kh, kw, 2, 3]);
    const operator = convolutionFamily([h, w]).at(kernel);
    const size = h * w * 2;
    const matrix = new Matrix(operator.matvec(tf.eye(size).reshape([size, h, w, 2])).reshape([size, -1]).arraySync() as number[][]); // prettier-ignore
    const { length, side, index } = longestOfImage(kernel, [h, w]);
    const line = side === 'in' ? matrix.getRow(index) : matrix.getColumn(index);
    expect(length).toBeCloseTo(Math.hypot(...line), 5);
    expect(length).toBeLessThan(new SVD(matrix).norm2 * (1 + 1e-6));
  }
});

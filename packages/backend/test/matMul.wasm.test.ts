import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { accelerateWasm } from '../src';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await accelerateWasm();
});

/** Deterministic values of both signs in [−1, 1). */
const values = (n: number, seed: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.fround(((i * 7919 + seed * 104729) % 2003) / 1001.5 - 1));

type Shape = [number, number, number];

/** Batch, rows, inner, columns; below and above the size from which the axes are swapped first. */
const sizes = [
  [1, 2, 3, 4],
  [1, 17, 33, 9],
  [1, 64, 1, 64],
  [1, 1, 4096, 1],
  [1, 300, 5, 2],
  [1, 1, 1, 1],
  [1, 5, 1000, 2],
  [1, 7, 300, 15],
  [1, 2, 513, 64],
  [1, 64, 257, 3],
  [1, 9, 6, 260],
  [1, 0, 3, 4],
  [1, 3, 0, 4],
  [1, 3, 4, 0],
  [3, 20, 12, 15],
  [2, 1, 70, 40],
] as const;
const instances = sizes.flatMap((size) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ size, transposeA, transposeB })),
  ),
);

describe.each(instances)(
  '$size, transposeA $transposeA, transposeB $transposeB',
  ({ size, transposeA, transposeB }) => {
    const [batch, m, k, n] = size;
    const av = values(batch * m * k, 1);
    const bv = values(batch * k * n, 2);
    const bias = values(n, 3);
    /** One matrix comes without the batch axis: two axes and three take different ways. */
    const outer = batch === 1 ? [] : [batch];
    const a = (): tf.Tensor3D =>
      tf.tensor<tf.Rank.R3>(av, [...outer, ...(transposeA ? [k, m] : [m, k])] as Shape);
    const b = (): tf.Tensor3D =>
      tf.tensor<tf.Rank.R3>(bv, [...outer, ...(transposeB ? [n, k] : [k, n])] as Shape);
    const product = Array.from({ length: batch * m * n }, (_, index) => {
      const [s, i, j] = [Math.floor(index / (m * n)), Math.floor(index / n) % m, index % n];
      let sum = 0;
      for (let l = 0; l < k; l++) {
        const x = av[s * m * k + (transposeA ? l * m + i : i * k + l)]!;
        sum += x * bv[s * k * n + (transposeB ? j * k + l : l * n + j)]!;
      }
      return sum;
    });
    /** Float32 sums of k products of values below 1: at most k units of 6e-8 each. */
    const tolerance = k * k * 6e-8 + 1e-6;
    const close = (got: tf.Tensor, truth: number[]): void => {
      got.dataSync().forEach((v, i) => {
        expect(Math.abs(v - truth[i]!)).toBeLessThan(tolerance);
      });
    };

    it('is the sum of products', () => {
      const got = tf.matMul(a(), b(), transposeA, transposeB);
      expect(got.shape).toEqual([...outer, m, n]);
      close(got, product);
    });

    it('leaves exactly its result alive', () => {
      const [x, y] = [a(), b()];
      const before = tf.memory();
      tf.matMul(x, y, transposeA, transposeB).dispose();
      expect(tf.memory()).toMatchObject({
        numTensors: before.numTensors,
        numDataBuffers: before.numDataBuffers,
      });
    });

    // With more than one matrix, or no terms, the fused kernel of the backend itself is wrong,
    // transposed or not.
    if (batch > 1 || k === 0) return;
    it('is the same with bias and relu fused', () => {
      const fused = tf.fused.matMul({
        a: a(),
        b: b(),
        transposeA,
        transposeB,
        bias: tf.tensor1d(bias),
        activation: 'relu',
      });
      close(
        fused,
        product.map((v, i) => Math.max(0, v + bias[i % n]!)),
      );
    });
  },
);

it('broadcasts a matrix over a batch', () => {
  const a = tf.tensor3d(values(4 * 20 * 30, 1), [4, 20, 30]);
  const b = tf.tensor2d(values(10 * 30, 2), [10, 30]);
  const got = tf.matMul(a, tf.expandDims(b, 0), false, true).dataSync();
  const one = tf.matMul(tf.reshape(a, [80, 30]), b, false, true).dataSync();
  expect([...got]).toEqual([...one]); // the same sums in the same order
});

it('refuses matrices that do not fit, as before', () => {
  const matrix = (rows: number, columns: number): tf.Tensor2D => tf.ones([rows, columns]);
  for (const n of [3, 300]) {
    const before = tf.memory();
    tf.tidy(() => {
      expect(() => tf.matMul(matrix(2, n), matrix(n + 1, 4))).toThrow('inner shapes');
      expect(() => tf.matMul(matrix(n, 2), matrix(n + 1, 4), true)).toThrow('inner shapes');
      expect(() => tf.matMul(matrix(2, n), matrix(4, n + 1), false, true)).toThrow('inner shapes');
      expect(() => tf.matMul(matrix(n, 2), matrix(4, n + 1), true, true)).toThrow('inner shapes');
    });
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  }
});

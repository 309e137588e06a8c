import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { conv2dOperator, createRng, materialize } from '../src';
import { onEachBackend } from './backends';

type Size = readonly [number, number, number, number];

/**
 * [kh, kw, in, out] and [h, w]: even, odd and tiny images, kernels larger than the image, one row,
 * one channel, one tap.
 */
const shapes: readonly (readonly [Size, readonly [number, number]])[] = [
  [[3, 3, 2, 3], [4, 4]],
  [[3, 3, 3, 2], [5, 3]],
  [[3, 3, 1, 1], [1, 1]],
  [[5, 5, 1, 2], [4, 7]],
  [[5, 5, 2, 1], [2, 3]],
  [[1, 3, 2, 2], [3, 4]],
  [[5, 1, 1, 1], [6, 2]],
  [[1, 1, 3, 2], [3, 4]],
  [[1, 1, 1, 1], [1, 5]],
]; // prettier-ignore

/** A by its definition, in float64: `[h·w·out][h·w·in]`. */
function matrixOf(kernel: tf.Tensor, [h, w]: readonly [number, number]): number[][] {
  const [kh, kw, inputs, outputs] = kernel.shape as unknown as Size;
  const k = kernel.arraySync() as number[][][][];
  const entry = (y: number, x: number, o: number, p: number, q: number, i: number) =>
    k[p - y + (kh - 1) / 2]?.[q - x + (kw - 1) / 2]?.[i]![o] ?? 0;
  const places = (channels: number) =>
    Array.from({ length: h * w * channels }, (_, at) => {
      const pixel = Math.floor(at / channels);
      return [Math.floor(pixel / w), pixel % w, at % channels] as const;
    });
  return places(outputs).map((to) => places(inputs).map((from) => entry(...to, ...from)));
}

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
/** Float32 rounding of sums of at most 50 products. */
const near = (t: tf.Tensor, expected: number[]) => {
  const scale = 1 + Math.max(...expected.map(Math.abs));
  const values = valuesOf(t);
  expect(values.length).toBe(expected.length);
  expected.forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThan(1e-5 * scale));
};

onEachBackend(() => {
  test.each(shapes)('kernel [%s], image [%s]: matrix, tf.conv2d, both products, stacked', (size, image) => {
    tf.tidy(() => {
      const rng = createRng(1);
      const kernel = rng.normal(size);
      const [inShape, outShape] = [
        [...image, size[2]],
        [...image, size[3]],
      ];
      const a = conv2dOperator(kernel, inShape);
      expect([a.inShape, a.outShape]).toEqual([inShape, outShape]);
      const matrix = matrixOf(kernel, image);
      near(materialize(a, 2), [...matrix, ...matrix].flat());

      const vs = rng.normal([3, 2, ...inShape]);
      const us = rng.normal([3, 2, ...outShape]);
      const before = tf.memory().numTensors;
      const [avs, atus] = [a.matvec(vs), a.rmatvec(us)];
      expect(tf.memory().numTensors).toBe(before + 2);
      expect([avs.shape, atus.shape]).toEqual([
        [3, 2, ...outShape],
        [3, 2, ...inShape],
      ]);
      const times = (rows: number[][], t: tf.Tensor) =>
        (tf.reshape(t, [6, -1]).arraySync() as number[][]).flatMap((v) =>
          rows.map((row) => row.reduce((sum, value, i) => sum + value * v[i]!, 0)),
        );
      near(avs, times(matrix, vs));
      near(atus, times(matrix[0]!.map((_, j) => matrix.map((row) => row[j]!)), us)); // prettier-ignore
      const v = tf.unstack(vs)[0] as tf.Tensor4D;
      near(a.matvec(v), valuesOf(tf.conv2d(v, kernel as tf.Tensor4D, 1, 'same')));
    });
  });
});

test('products are taped: the gradients of ⟨u, A v⟩ and ⟨v, Aᵀ u⟩ are those of the matrix', async () => {
  await tf.setBackend('cpu'); // plain wasm has no gradient of conv2d
  for (const [size, image] of shapes.slice(0, 3).concat([shapes[7]!])) {
    const rng = createRng(2);
    const kernel = tf.variable(rng.normal(size));
    const v = tf.variable(rng.normal([2, ...image, size[2]]));
    const u = tf.variable(rng.normal([2, ...image, size[3]]));
    const a = () => conv2dOperator(kernel, v.shape.slice(1));
    const forward = tf.variableGrads(() => tf.sum(tf.mul(u, a().matvec(v))) as tf.Scalar, [kernel, v, u]);
    const backward = tf.variableGrads(() => tf.sum(tf.mul(v, a().rmatvec(u))) as tf.Scalar, [kernel, v, u]);
    near(forward.value, valuesOf(backward.value));
    for (const grads of [forward.grads, backward.grads]) {
      near(grads[u.name]!, valuesOf(a().matvec(v)));
      near(grads[v.name]!, valuesOf(a().rmatvec(u)));
      // ⟨u, A(K) v⟩ is linear in K: its gradient is its value at each unit kernel.
      const units = tf.unstack(tf.reshape(tf.eye(kernel.size), [kernel.size, ...size]));
      const truth = units.map((unit) =>
        valuesOf(tf.sum(tf.mul(u, conv2dOperator(unit, v.shape.slice(1)).matvec(v)))),
      );
      near(grads[kernel.name]!, truth.flat());
    }
    tf.dispose([kernel, v, u]);
  }
});

test.each<[string, () => unknown, string]>([
  ['an even kernel', () => conv2dOperator(tf.ones([2, 3, 1, 1]), [4, 4, 1]), 'core.conv2dOperator: expected a kernel [kh, kw, in, out] with odd kh and kw, got shape [2,3,1,1]'],
  ['a matrix', () => conv2dOperator(tf.ones([3, 3]), [4, 4, 1]), 'core.conv2dOperator: expected a kernel [kh, kw, in, out] with odd kh and kw, got shape [3,3]'],
  ['other channels', () => conv2dOperator(tf.ones([3, 3, 2, 1]), [4, 4, 1]), 'core.conv2dOperator: expected inShape [h, w, 2] for a kernel of shape [3,3,2,1], got [4,4,1]'],
  ['a vector', () => conv2dOperator(tf.ones([1, 1, 2, 1]), [2]), 'core.conv2dOperator: expected inShape [h, w, 2] for a kernel of shape [1,1,2,1], got [2]'],
  ['other images', () => conv2dOperator(tf.ones([3, 3, 2, 1]), [4, 4, 2]).matvec(tf.ones([1, 4, 5, 2])), 'core.conv2dOperator.matvec: expected images of shape [4,4,2], got shape [1,4,5,2]'],
  ['other cotangents', () => conv2dOperator(tf.ones([1, 1, 2, 1]), [4, 4, 2]).rmatvec(tf.ones([1, 4, 4, 2])), 'core.conv2dOperator.rmatvec: expected images of shape [4,4,1], got shape [1,4,4,2]'],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(expect.objectContaining({ kind: 'argument', message }));
}); // prettier-ignore

import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { accelerateWasm } from '../src';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await accelerateWasm();
});

/** Shape and axes: leading ones, narrow and wide, and what goes to the kernel that was there. */
const instances: readonly { readonly shape: number[]; readonly axes: number[] }[] = [
  { shape: [500, 64], axes: [0] },
  { shape: [1000, 2], axes: [0] },
  { shape: [513, 15], axes: [0] },
  { shape: [7, 1], axes: [0] },
  { shape: [1, 1], axes: [0] },
  { shape: [2, 50, 64], axes: [0] },
  { shape: [2, 50, 7], axes: [1, 0] },
  { shape: [1, 300], axes: [0] },
  { shape: [3, 4, 5, 6], axes: [0, 1, 2] },
  { shape: [3, 4, 5, 6], axes: [-4, 1] },
  { shape: [0, 3], axes: [0] },
  { shape: [0, 300], axes: [0] },
  { shape: [3, 0], axes: [0] },
  { shape: [4, 5], axes: [1] },
  { shape: [4, 5], axes: [0, 1] },
  { shape: [4, 5, 6], axes: [0, 2] },
  { shape: [], axes: [] },
];

describe.each(instances)('the sum of [$shape] over [$axes]', ({ shape, axes }) => {
  const size = shape.reduce((product, n) => product * n, 1);
  const values = Array.from({ length: size }, (_, i) => Math.fround(((i * 7919) % 2003) / 1001.5 - 1));
  const gone = axes.map((axis) => (axis + shape.length) % shape.length);
  const kept = shape.filter((_, axis) => !gone.includes(axis));

  /** In float64, value by value. */
  const truth = new Float64Array(kept.reduce((product, n) => product * n, 1));
  values.forEach((value, index) => {
    let [rest, target, stride] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      if (gone.includes(axis)) continue;
      target += at * stride;
      stride *= shape[axis]!;
    }
    truth[target]! += value;
  });
  /**
   * n values below 1, added in float32 one after the other: at most n roundings of sums below n.
   */
  const n = size / Math.max(1, truth.length);
  const tolerance = n * n * 6e-8 + 1e-7;

  it.each([false, true])('with keepDims %s', (keepDims) => {
    const got = tf.sum(tf.tensor(values, shape), axes, keepDims);
    expect(got.shape).toEqual(keepDims ? shape.map((d, axis) => (gone.includes(axis) ? 1 : d)) : kept);
    got.dataSync().forEach((v, i) => {
      expect(Math.abs(v - truth[i]!)).toBeLessThanOrEqual(tolerance);
    });
  });

  it('leaves exactly its result alive', () => {
    const x = tf.tensor(values, shape);
    const { numTensors, numDataBuffers } = tf.memory();
    tf.sum(x, axes).dispose();
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });
});

it('adds integers as the backend did', () => {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
  expect([...tf.sum(x, 0).dataSync()]).toEqual([4, 6]);
});

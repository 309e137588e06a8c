import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { accelerateWasm } from '../src';

/** Results of the plain JavaScript backend, computed before wasm starts. */
const cases: [string, () => tf.Tensor | tf.Tensor[]][] = [];
const iota = (shape: number[], dtype: 'float32' | 'int32' | 'bool' = 'float32'): tf.Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: n }, (_, i) => (dtype === 'bool' ? +(i % 3 === 1) : i));
  return tf.cast(tf.tensor(values, shape), dtype);
};

for (const shape of [[7], [1], [5, 2], [3, 40], [2, 3, 4], [2, 1, 5, 3], [0, 3], [3, 0]]) {
  for (const dtype of ['float32', 'int32', 'bool'] as const) {
    const rank = shape.length;
    for (let axis = -1; axis < rank; axis++) {
      const at = (axis + rank) % rank;
      const label = `[${shape.join()}] ${dtype} axis ${axis}`;
      const x = (): tf.Tensor => iota(shape, dtype);
      cases.push([
        `concat ${label}`,
        () =>
          tf.concat(
            [
              x(),
              x(),
              tf.slice(
                x(),
                shape.map(() => 0),
                shape.map((n, i) => (i === at ? Math.min(n, 1) : n)),
              ),
            ],
            axis,
          ),
      ]);
      cases.push([`stack ${label}`, () => tf.stack([x(), x()], axis)]);
      cases.push([`unstack ${label}`, () => tf.unstack(x(), axis)]);
      cases.push([`reverse ${label}`, () => tf.reverse(x(), axis)]);
      cases.push([
        `tile ${label}`,
        () =>
          tf.tile(
            x(),
            shape.map((_, i) => (i === at ? 3 : 1)),
          ),
      ]);
      if (shape[at]! > 1) {
        cases.push([`split ${label}`, () => tf.split(x(), [1, shape[at]! - 1], axis)]);
        cases.push([
          `slice ${label}`,
          () =>
            tf.slice(
              x(),
              shape.map((_, i) => (i === at ? 1 : 0)),
              shape.map((n, i) => (i === at ? n - 1 : n)),
            ),
        ]);
      }
    }
    if (dtype === 'bool') continue;
    cases.push([`reverse all [${shape.join()}] ${dtype}`, () => tf.reverse(iota(shape, dtype))]);
    cases.push([
      `tile all [${shape.join()}] ${dtype}`,
      () =>
        tf.tile(
          iota(shape, dtype),
          shape.map((_, i) => i + 1),
        ),
    ]);
    cases.push([
      `slice all [${shape.join()}] ${dtype}`,
      () =>
        tf.slice(
          iota(shape, dtype),
          shape.map((n) => Math.min(1, n)),
          shape.map((n) => Math.max(0, n - 1)),
        ),
    ]);
    cases.push([
      `tile by zero [${shape.join()}] ${dtype}`,
      () =>
        tf.tile(
          iota(shape, dtype),
          shape.map((_, i) => (i === 0 ? 0 : 1)),
        ),
    ]);
  }
}
cases.push(['concat mixed empty', () => tf.concat([iota([0, 2]), iota([3, 2]), iota([1, 2])], 0)]);
cases.push(['split evenly', () => tf.split(iota([4, 6]), 3, 1)]);
cases.push(['slice with -1', () => tf.slice(iota([4, 6]), [1, 0], [-1, 6])]);
cases.push(['clone', () => tf.clone(iota([4, 6]))]);
cases.push(['clone empty', () => tf.clone(iota([0, 6]))]);
cases.push(['clone strings', () => tf.clone(tf.tensor1d(['a', 'b']))]);
cases.push(['cast to itself', () => tf.cast(iota([4, 6]), 'float32')]);
cases.push(['cast to int32', () => tf.cast(tf.tensor1d([1.5, -2.5]), 'int32')]);
cases.push(['concat strings', () => tf.concat([tf.tensor1d(['a', 'b']), tf.tensor1d(['c'])])]);
cases.push(['broadcastTo', () => tf.broadcastTo(iota([3, 1]), [2, 3, 4])]);

const plain = (result: tf.Tensor | tf.Tensor[]): { shape: number[]; dtype: string; values: number[] }[] =>
  [result].flat().map((t) => ({ shape: t.shape, dtype: t.dtype, values: [...t.dataSync()] }));

describe('copies agree with the cpu backend', () => {
  const expected = new Map<string, unknown>();

  beforeAll(async () => {
    await tf.setBackend('cpu');
    tf.tidy(() => {
      for (const [name, f] of cases) expected.set(name, plain(f()));
    });
    await tf.setBackend('wasm');
    await accelerateWasm();
  });

  it.each(cases)('%s', (name, f) => {
    const before = tf.memory();
    let got: unknown;
    tf.tidy(() => {
      got = plain(f());
    });
    expect(got).toEqual(expected.get(name));
    expect(tf.memory()).toMatchObject({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
    });
  });

  it('keeps the values of a clone when the original is freed or assigned anew', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const copy = tf.clone(x);
    x.dispose();
    const v = tf.variable(copy);
    const before = tf.cast(v, 'float32');
    v.assign(tf.tensor1d([4, 5, 6]));
    expect([...copy.dataSync(), ...before.dataSync(), ...v.dataSync()]).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6]);
  });

  it('refuses what does not fit, as before', () => {
    expect(() => tf.slice(iota([2, 3]), [0, 2], [2, 2])).toThrow();
    expect(() => tf.concat([iota([2, 3]), iota([3, 3])], 1)).toThrow();
    expect(() => tf.stack([iota([2, 3]), iota([3, 2])])).toThrow();
    expect(() => tf.split(iota([4, 3]), [1, 1])).toThrow();
    expect(() => tf.sum(iota([4, 3]), 2)).toThrow();
    expect(() => tf.reverse(iota([4, 3]), 2)).toThrow();
    expect(() => tf.where(tf.ones([2], 'bool'), iota([3]), iota([3]))).toThrow();
    expect(() => tf.add(iota([2]), iota([3]))).toThrow();
  });

  it('has gradients: concat of slices is the identity', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const f = (t: tf.Tensor): tf.Tensor => {
      const [a, b] = tf.split(t, 2, 1);
      return tf.sum(tf.square(tf.concat([tf.reverse(b!, 0), tf.tile(a!, [1, 2])], 1)));
    };
    // Σ b² + 2 Σ a²
    expect([...tf.grad(f)(x).dataSync()]).toEqual([4, 4, 12, 8, 20, 12]);
  });
});

import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { accelerateWasm } from '../src';
import { fallbacks } from '../src/wasm/simd/formulas';
import { unaryNames } from '../src/wasm/simd/loops';
import { grid, specials, ulps } from './ulp';

// A batch is scored row by row in the end: no value may depend on what lies next to it, not even in
// its last bit.

beforeAll(async () => {
  await tf.setBackend('wasm');
  await accelerateWasm();
});

const bits = (t: tf.Tensor): number[] => {
  const values = tf.tidy(() => Float32Array.from(t.dataSync()));
  t.dispose();
  return [...new Int32Array(values.buffer)];
};
const odd = [NaN, Infinity, -Infinity, 1e10, -1e30, 0];
const values = [...grid(-9, 9, 37), ...grid(-1, 1, 10), ...specials.filter((x) => !Number.isNaN(x))];
const kernel = (name: string) => (t: tf.Tensor) =>
  tf.engine().runKernel(name, { x: t } as unknown as tf.NamedTensorMap) as tf.Tensor;
const elementwise: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  ...Object.fromEntries(unaryNames.map((name) => [name, kernel(name)])),
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  maximum: (x) => tf.maximum(x, 0.3),
  minimum: (x) => tf.minimum(x, x),
  mul: (x) => tf.mul(x, x),
  less: (x) => tf.cast(tf.less(x, 0.3), 'float32'),
  where: (x) => tf.where(tf.greater(x, 0), x, tf.zerosLike(x)),
  // Kernels of the backend itself that activations use next to ours.
  elu: tf.elu,
  relu: tf.relu,
  sigmoid: tf.sigmoid,
  erf: tf.erf,
  abs: tf.abs,
  square: tf.square,
};

describe.each(Object.entries(elementwise))('%s', (_name, op) => {
  it('gives a value the same bits alone, in a batch, and next to NaN, infinities and huge values', () => {
    const alone = values.map((x) => bits(op(tf.tensor1d([x])))[0]!);
    expect(bits(op(tf.tensor1d(values)))).toEqual(alone);
    for (const stranger of odd) {
      for (const at of [0, 1, 42, values.length - 1]) {
        const mixed = values.map((x, i) => (i === at ? stranger : x));
        const got = bits(op(tf.tensor1d(mixed)));
        got[at] = alone[at]!; // the stranger itself
        expect(got, `${stranger} at ${at}`).toEqual(alone);
      }
    }
  });
});

it.each(Object.entries(fallbacks))(
  '%s falls back for exactly the values that its loop flags',
  (name, fallback) => {
    const edges = [1e6, -1e6, -1, 0, 3.4028234663852886e38].flatMap((x) => {
      const around = new Float32Array([x, x, x]);
      const raw = new Int32Array(around.buffer);
      raw[0]! -= 1;
      raw[2]! += 1;
      return [...around];
    });
    const f = kernel(name);
    for (const x of [...edges, ...specials]) {
      const label = `${x}, flagged: ${fallback.flags(x)}`;
      // One that the loop flags and the fallback leaves out has a wrong value.
      expect(ulps(f(tf.tensor1d([x])).dataSync()[0]!, fallback.exact(x)), label).toBeLessThan(0.65);
      // One that only the fallback takes for flagged would have other bits next to NaN, which the
      // loop does flag.
      expect(bits(f(tf.tensor1d([x]))), label).toEqual(bits(f(tf.tensor1d([x, NaN]))).slice(0, 1));
    }
  },
);

/** Functions of rows: the strangers fill part of one row. */
const rowwise: readonly [string, (x: tf.Tensor2D) => tf.Tensor][] = [
  ['matMul', (x) => tf.matMul(x, tf.tensor2d(grid(-1, 1, 60), [12, 5]))],
  ['matMul of a transpose', (x) => tf.matMul(tf.transpose(x), tf.tensor2d(grid(-1, 1, 60), [12, 5]), true)],
  ['matMul of few columns', (x) => tf.matMul(x, tf.tensor2d(grid(-1, 1, 12), [12, 1]))],
  [
    'conv2d',
    (x) =>
      tf.conv2d(
        tf.reshape<tf.Rank.R4>(x, [9, 2, 2, 3]),
        tf.tensor4d(grid(-1, 1, 36), [2, 2, 3, 3]),
        1,
        'same',
      ),
  ],
  ['sum', (x) => tf.sum(x, 1)],
  ['sum of columns', (x) => tf.sum(tf.transpose(x), 0)],
  ['max', (x) => tf.max(x, 1)],
  ['logSoftmax', (x) => tf.logSoftmax(x)],
  ['concat', (x) => tf.concat([x, tf.reverse(x, 1)], 1)],
  ['split', (x) => tf.stack(tf.split(x, 3, 1), 1)],
  ['tile', (x) => tf.tile(x, [1, 3])],
];

it.each(rowwise)('%s keeps the bits of the other rows', (_name, f) => {
  const x = grid(-2, 2, 108);
  const rows = (data: number[]): number[][] => {
    const got = f(tf.tensor2d(data, [9, 12]));
    const all = bits(tf.reshape(got, [9, -1]));
    return Array.from({ length: 9 }, (_, i) => all.slice((i * all.length) / 9, ((i + 1) * all.length) / 9));
  };
  const clean = rows(x);
  for (const stranger of odd) {
    for (const row of [0, 4, 8]) {
      const got = rows(x.map((v, i) => (Math.floor(i / 12) === row && i % 5 === 0 ? stranger : v)));
      got[row] = clean[row]!;
      expect(got, `${stranger} in row ${row}`).toEqual(clean);
    }
  }
});

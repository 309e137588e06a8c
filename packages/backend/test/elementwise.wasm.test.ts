import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { accelerateWasm } from '../src';
import { grid, specials, ulps } from './ulp';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await accelerateWasm();
});

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The kernel, the truth in float64, and where it is examined closely. */
const unary: [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, [number, number][]][] = [
  [
    'sin',
    tf.sin,
    Math.sin,
    [
      [-8, 8],
      [-1e-3, 1e-3],
      [-1e5, 1e5],
      [9.9e5, 1.1e6],
    ],
  ],
  [
    'cos',
    tf.cos,
    Math.cos,
    [
      [-8, 8],
      [-1e-3, 1e-3],
      [-1e5, 1e5],
      [9.9e5, 1.1e6],
    ],
  ],
  [
    'exp',
    tf.exp,
    Math.exp,
    [
      [-110, 95],
      [-1, 1],
    ],
  ],
  [
    'expm1',
    tf.expm1,
    Math.expm1,
    [
      [-110, 95],
      [-1, 1],
      [-1e-3, 1e-3],
    ],
  ],
  [
    'log',
    tf.log,
    Math.log,
    [
      [1e-6, 3],
      [0.9, 1.1],
      [0, 1e30],
      [1e-44, 1e-37],
      [-1, 1],
    ],
  ],
  [
    'log1p',
    tf.log1p,
    Math.log1p,
    [
      [-1.5, 3],
      [-1e-3, 1e-3],
      [0, 1e30],
    ],
  ],
  [
    'tanh',
    tf.tanh,
    Math.tanh,
    [
      [-12, 12],
      [-1e-3, 1e-3],
    ],
  ],
  [
    'softplus',
    tf.softplus,
    softplus,
    [
      [-110, 40],
      [-1, 1],
    ],
  ],
  [
    'sqrt',
    tf.sqrt,
    Math.sqrt,
    [
      [0, 3],
      [0, 1e38],
      [-1, 1],
    ],
  ],
  ['sign', tf.sign, (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), [[-2, 2]]],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.25), (x) => (x < 0 ? x * 0.25 : x), [[-2, 2]]],
];

describe.each(unary)('%s', (_name, op, exact, ranges) => {
  const worst = (values: readonly number[]): [number, number, number] => {
    const got = tf.tidy(() => op(tf.tensor1d(values as number[])).dataSync());
    return values.reduce<[number, number, number]>(
      (w, x, i) => {
        const error = ulps(got[i]!, exact(x));
        return error > w[0] ? [error, x, got[i]!] : w;
      },
      [0, 0, 0],
    );
  };

  // Half a unit is the final rounding; the formulas add a tenth at most.
  it.each(ranges)('is exact to the last bit on [%d, %d]', (low, high) => {
    const [error, x, got] = worst(grid(low, high, 20_001));
    expect(error, `at ${x}: ${got}`).toBeLessThan(0.65);
  });

  it('keeps zeros, denormals, extremes, infinities and NaN', () => {
    const [error, x, got] = worst(specials);
    expect(error, `at ${x}: ${got}`).toBeLessThan(0.65);
  });

  it('takes every length, and shapes of any rank', () => {
    for (let n = 0; n < 10; n++) expect(worst(grid(0.5, 1, n + 2).slice(0, n))[0]).toBeLessThan(0.65);
    expect(op(tf.ones([2, 3, 1, 2])).shape).toEqual([2, 3, 1, 2]);
    expect(op(tf.scalar(1)).dataSync()[0]).toBeCloseTo(exact(1), 6);
  });

  it('leaves no memory behind', () => {
    const x = tf.tensor1d(specials);
    const before = tf.memory();
    op(x).dispose();
    expect(tf.memory()).toMatchObject({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
    });
    expect([...x.dataSync()]).toEqual(specials); // the argument is untouched
  });
});

it('1/√x has two roundings', () => {
  const values = [...grid(1e-3, 9, 5001), ...specials.filter((x) => !(x < 0))];
  const got = tf.rsqrt(tf.tensor1d(values)).dataSync();
  const worst = Math.max(...values.map((x, i) => (x === 0 ? 0 : ulps(got[i]!, 1 / Math.sqrt(x)))));
  expect(worst).toBeLessThanOrEqual(1.5); // half a unit of √x may be one unit of 1/√x, and half a unit more
});

const binary: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, (a: number, b: number) => number][] = [
  ['add', tf.add, (a, b) => a + b],
  ['sub', tf.sub, (a, b) => a - b],
  ['mul', tf.mul, (a, b) => a * b],
  ['div', tf.div, (a, b) => a / b],
  ['maximum', tf.maximum, Math.max],
  ['minimum', tf.minimum, Math.min],
  ['equal', tf.equal, (a, b) => +(a === b)],
  ['notEqual', tf.notEqual, (a, b) => +(a !== b)],
  ['less', tf.less, (a, b) => +(a < b)],
  ['lessEqual', tf.lessEqual, (a, b) => +(a <= b)],
  ['greater', tf.greater, (a, b) => +(a > b)],
  ['greaterEqual', tf.greaterEqual, (a, b) => +(a >= b)],
];

describe.each(binary)('%s', (_name, op, exact) => {
  const pairs = specials.flatMap((a) => specials.map((b) => [a, b] as const));
  const a = pairs.map((p) => p[0]);
  const b = pairs.map((p) => p[1]);
  const values = (t: tf.Tensor): number[] => [...t.dataSync()].map((v) => v + 0 || v);

  it('agrees with float64 rounded once, for all pairs of special values', () => {
    expect(values(op(tf.tensor1d(a), tf.tensor1d(b)))).toEqual(
      pairs.map(([x, y]) => Math.fround(exact(x, y))),
    );
  });

  it('takes a scalar on either side', () => {
    for (const s of [0.5, -2, NaN, Infinity]) {
      const left = op(tf.scalar(s), tf.tensor2d(a, [a.length, 1]));
      const right = op(tf.tensor2d(a, [a.length, 1]), tf.scalar(s));
      expect([left.shape, right.shape]).toEqual([
        [a.length, 1],
        [a.length, 1],
      ]);
      expect(values(left)).toEqual(a.map((x) => Math.fround(exact(s, x))));
      expect(values(right)).toEqual(a.map((x) => Math.fround(exact(x, s))));
    }
    expect(values(op(tf.scalar(3), tf.scalar(2)))).toEqual([Math.fround(exact(3, 2))]);
  });

  it('takes broadcast, empty and integer operands', () => {
    const row = op(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor1d([3, 2, 4]));
    expect(values(row)).toEqual([1, 2, 3, 4, 5, 6].map((x, i) => Math.fround(exact(x, [3, 2, 4][i % 3]!))));
    expect(op(tf.zeros([0, 3]), tf.zeros([0, 3])).shape).toEqual([0, 3]);
    const whole = op(tf.tensor1d([4, 8, 9], 'int32'), tf.tensor1d([4, 2, 10], 'int32'));
    expect(values(whole)).toEqual(
      [exact(4, 4), exact(8, 2), exact(9, 10)].map((v) =>
        whole.dtype === 'int32' ? Math.trunc(v) : Math.fround(v),
      ),
    );
  });

  it('has the dtype of the kernel that broadcasts', () => {
    expect(op(tf.ones([5]), tf.ones([5])).dtype).toBe(op(tf.ones([2, 1]), tf.ones([5])).dtype);
  });
});

it('where selects by value, also NaN and infinities', () => {
  for (let n = 0; n < 40; n++) {
    const condition = Array.from({ length: n }, (_, i) => i % 3 === 0 || i % 7 === 2);
    const a = specials.slice(0, n);
    const t = Array.from({ length: n }, (_, i) => a[i] ?? i);
    const e = Array.from({ length: n }, (_, i) => (i % 5 === 0 ? NaN : -i));
    const got = tf.where(tf.tensor1d(condition, 'bool'), tf.tensor1d(t), tf.tensor1d(e));
    expect([...got.dataSync()]).toEqual(condition.map((c, i) => (c ? t[i] : e[i])));
  }
});

it('where takes any byte but 0 for true', () => {
  const condition = tf.tensor1d(new Uint8Array([0, 1, 2, 128, 255, 0, 7]), 'bool');
  const got = tf.where(condition, tf.fill([7], 5), tf.zeros([7])).dataSync();
  expect([...got]).toEqual([0, 5, 5, 5, 5, 0, 5]);
});

it('keeps gradients through the replaced kernels', () => {
  const x = tf.tensor1d([-2, -0.5, 0.3, 1.7]);
  const f = (t: tf.Tensor): tf.Scalar => tf.sum(tf.maximum(tf.sin(t), tf.tanh(tf.leakyRelu(t, 0.1))));
  const slope = tf.grad(f)(x).dataSync();
  const g = (v: number): number => Math.max(Math.sin(v), Math.tanh(v < 0 ? 0.1 * v : v));
  x.dataSync().forEach((v, i) => {
    expect(slope[i]).toBeCloseTo((g(v + 1e-5) - g(v - 1e-5)) / 2e-5, 4); // difference quotient in float64
  });
});

it('moves a tensor of the cpu backend before it takes its address', async () => {
  await tf.setBackend('cpu');
  const x = tf.tensor1d([0.5, 1, 2]);
  await tf.setBackend('wasm');
  expect(tf.sin(x).dataSync()[1]).toBeCloseTo(Math.sin(1), 6);
  expect([...tf.concat([x, x]).dataSync()]).toEqual([0.5, 1, 2, 0.5, 1, 2]);
});

it('grows the memory between input and output', () => {
  const x = tf.fill([3_000_000], 0.5);
  const y = tf.maximum(tf.sin(x), tf.cos(x)); // beyond the 16 MiB it starts with
  expect(y.min().dataSync()[0]).toBe(Math.fround(Math.cos(0.5)));
  expect(y.max().dataSync()[0]).toBe(Math.fround(Math.cos(0.5)));
});

it('is done once', async () => {
  const kernel = tf.getKernel('Sin', 'wasm').kernelFunc;
  await accelerateWasm();
  expect(tf.getKernel('Sin', 'wasm').kernelFunc).toBe(kernel);
});

it('works on a backend that was started anew', async () => {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, 2);
  await tf.setBackend('wasm');
  expect(tf.sin(tf.tensor1d([1])).dataSync()[0]).toBeCloseTo(Math.sin(1), 6); // the kernel of the backend itself
  await accelerateWasm();
  expect(tf.sin(tf.tensor1d([1])).dataSync()[0]).toBe(Math.fround(Math.sin(1)));
});

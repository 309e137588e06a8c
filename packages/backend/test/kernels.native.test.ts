import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../src';
import { installed } from '../../../scripts/native';

type Args = tf.Tensor[];
interface Case {
  readonly name: string;
  readonly f: (...x: Args) => tf.Tensor;
  readonly shapes: readonly (readonly number[])[];
  /** Makes the arguments positive, for log and the like. */
  readonly positive?: boolean;
  /** False where the result has no slope. */
  readonly slope?: boolean;
  /** Numbers that one result sums. */
  readonly terms?: number;
}

const unary = (name: string, f: (x: tf.Tensor) => tf.Tensor, more: Partial<Case> = {}): Case => ({
  name,
  f: f as Case['f'],
  shapes: [[257]],
  ...more,
});
const conv =
  (strides: number, pad: 'same' | 'valid' | [number, number][]) =>
  (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad as 'same');

/** Every op of TensorFlow.js that the packages call. */
const cases: readonly Case[] = [
  { name: 'add', f: tf.add, shapes: [[3, 4, 5], [5]] },
  {
    name: 'sub',
    f: tf.sub,
    shapes: [
      [3, 1, 5],
      [4, 1],
    ],
  },
  { name: 'mul', f: tf.mul, shapes: [[3, 4], [4]] },
  {
    name: 'div',
    f: tf.div,
    shapes: [
      [3, 4],
      [3, 1],
    ],
    positive: true,
  },
  { name: 'maximum', f: tf.maximum, shapes: [[50], [50]] },
  { name: 'minimum', f: tf.minimum, shapes: [[50], [50]] },
  { name: 'pow', f: tf.pow, shapes: [[50], [50]], positive: true },
  { name: 'squaredDifference', f: tf.squaredDifference, shapes: [[50], [50]] },
  unary('abs', tf.abs),
  unary('neg', tf.neg),
  unary('exp', tf.exp),
  unary('log', tf.log, { positive: true }),
  unary('log1p', tf.log1p, { positive: true }),
  unary('sqrt', tf.sqrt, { positive: true }),
  unary('rsqrt', tf.rsqrt, { positive: true }),
  unary('reciprocal', tf.reciprocal, { positive: true }),
  unary('square', tf.square),
  unary('sin', tf.sin),
  unary('cos', tf.cos),
  unary('tanh', tf.tanh),
  unary('sigmoid', tf.sigmoid),
  unary('softplus', tf.softplus),
  unary('elu', tf.elu),
  unary('relu', tf.relu),
  unary('leakyRelu', (x) => tf.leakyRelu(x, 0.1)),
  unary('erf', tf.erf),
  unary('atan', tf.atan),
  unary('clipByValue', (x) => tf.clipByValue(x, -0.5, 0.5)),
  unary('step', (x) => tf.step(x), { slope: false }),
  unary('floor', tf.floor, { slope: false }),
  unary('sign', tf.sign, { slope: false }),
  unary('cast', (x) => tf.cast(tf.cast(x, 'int32'), 'float32'), { slope: false }),
  unary('sum of an axis', (x) => tf.sum(x, 1), { shapes: [[9, 100, 2]], terms: 100 }),
  unary('sum of all', (x) => tf.sum(x), { shapes: [[9, 100]], terms: 900 }),
  unary('mean', (x) => tf.mean(x, [0, 2], true), { shapes: [[9, 10, 5]], terms: 45 }),
  unary('moments', (x) => tf.moments(x, 0).variance, { shapes: [[50, 3]], terms: 50 }),
  unary('norm', (x) => tf.norm(x), { shapes: [[50, 3]], terms: 150 }),
  unary('max', (x) => tf.max(x, 1), { shapes: [[9, 10]] }),
  unary('argMax', (x) => tf.argMax(x, 1), { shapes: [[9, 10]], slope: false }),
  unary('softmax', tf.softmax, { shapes: [[9, 10]], terms: 10 }),
  unary('logSoftmax', (x) => tf.logSoftmax(x), { shapes: [[9, 10]], terms: 10 }),
  unary('reshape', (x) => tf.reshape(x, [6, 4]), { shapes: [[2, 3, 4]] }),
  unary('reshape to the same shape', (x) => tf.reshape(x, [2, 3, 4]), { shapes: [[2, 3, 4]] }),
  unary('reshape to a scalar', (x) => tf.reshape(x, []), { shapes: [[1, 1]] }),
  unary('sum of a scalar', (x) => tf.sum(x), { shapes: [[]] }),
  unary('sum that keeps axes', (x) => tf.sum(x, [-1, 0], true), { shapes: [[9, 3, 5]], terms: 45 }),
  unary('sum of integers', (x) => tf.sum(tf.cast(x, 'int32'), 0), { shapes: [[50, 3]], slope: false }),
  unary('transpose of integers', (x) => tf.transpose(tf.cast(x, 'int32')), {
    shapes: [[5, 3]],
    slope: false,
  }),
  unary('expandDims', (x) => tf.expandDims(x, 1), { shapes: [[2, 3]] }),
  unary('transpose', (x) => tf.transpose(x, [3, 0, 2, 1]), { shapes: [[2, 3, 4, 5]] }),
  unary('transpose of 6 axes', (x) => tf.transpose(x, [0, 1, 3, 5, 2, 4]), { shapes: [[2, 2, 2, 3, 2, 3]] }),
  unary('reverse', (x) => tf.reverse(x, [0, 2]), { shapes: [[2, 3, 4]] }),
  unary('slice', (x) => tf.slice(x, [1, 0, 2], [1, 3, 2]), { shapes: [[2, 3, 4]] }),
  unary('pad', (x) => tf.pad(x, [[1, 0], [2, 3]]), { shapes: [[2, 3]] }), // prettier-ignore
  unary('tile', (x) => tf.tile(x, [2, 3]), { shapes: [[2, 3]] }),
  unary('split', (x) => tf.split(x, [1, 3], 1)[1]!, { shapes: [[2, 4]] }),
  unary('unstack', (x) => tf.unstack(x, 1)[1]!, { shapes: [[2, 3, 4]] }),
  unary('gather', (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')), { shapes: [[3, 4]] }),
  { name: 'concat', f: (a, b) => tf.concat([a!, b!], 1), shapes: [[2, 3], [2, 4]] }, // prettier-ignore
  { name: 'stack', f: (a, b) => tf.stack([a!, b!], 1), shapes: [[2, 3], [2, 3]] }, // prettier-ignore
  { name: 'addN', f: (a, b) => tf.addN([a!, b!, a!]), shapes: [[2, 3], [2, 3]] }, // prettier-ignore
  {
    name: 'where',
    f: (a, b) => tf.where(tf.tensor1d([1, 0], 'bool').tile([25]), a!, b!),
    shapes: [[50], [50]],
  },
  { name: 'greaterEqual', f: tf.greaterEqual, shapes: [[50], [50]], slope: false },
  { name: 'lessEqual', f: tf.lessEqual, shapes: [[50], [50]], slope: false },
  {
    name: 'logical',
    f: (a, b) => tf.logicalOr(tf.greater(a!, 0), tf.logicalNot(tf.greater(b!, 0))),
    shapes: [[50], [50]],
    slope: false,
  },
  { name: 'matMul', f: (a, b) => tf.matMul(a!, b!), shapes: [[7, 65], [65, 9]], terms: 65 }, // prettier-ignore
  {
    name: 'matMul of transposes, in batches',
    f: (a, b) => tf.matMul(a!, b!, true, true),
    shapes: [[3, 65, 7], [3, 9, 65]],
    terms: 65,
  }, // prettier-ignore
  { name: 'matMul by one matrix', f: (a, b) => tf.matMul(a!, b!), shapes: [[3, 7, 5], [1, 5, 9]], slope: false, terms: 5 }, // prettier-ignore
  { name: 'conv2d 3×3', f: conv(1, 'same'), shapes: [[2, 9, 8, 3], [3, 3, 3, 5]], terms: 144 }, // prettier-ignore
  { name: 'conv2d 1×1', f: conv(1, 'same'), shapes: [[2, 9, 8, 3], [1, 1, 3, 5]], terms: 144 }, // prettier-ignore
  { name: 'conv2d, stride 2', f: conv(2, 'same'), shapes: [[2, 8, 8, 3], [3, 3, 3, 5]], terms: 144 }, // prettier-ignore
  { name: 'conv2d, valid', f: conv(1, 'valid'), shapes: [[2, 9, 8, 3], [3, 3, 3, 5]], terms: 144 }, // prettier-ignore
  {
    name: 'conv2d, padded by hand',
    f: conv(1, [[0, 0], [2, 1], [0, 2], [0, 0]]), // prettier-ignore
    shapes: [[2, 9, 8, 3], [3, 3, 3, 5]], // prettier-ignore
    terms: 144,
  },
];

/**
 * The value and, with weights on the results, the slopes: on the current backend, from a fixed
 * seed.
 */
function compute({ f, shapes, positive, slope = true }: Case): number[][] {
  return tf.tidy(() => {
    const x = shapes.map((shape, i) => {
      const t = tf.randomNormal([...shape], 0, 1, 'float32', i + 1);
      return positive ? tf.add(tf.abs(t), 0.5) : t;
    });
    const value = f(...x);
    const weighted = (...t: Args): tf.Tensor => {
      const y = f(...t);
      return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
    };
    const slopes = slope ? tf.grads(weighted)(x) : [];
    return [value, ...slopes].map((t) => Array.from(t.dataSync()));
  });
}

describe.skipIf(!installed)('the native backend computes what the cpu backend does', () => {
  beforeAll(async () => {
    expect((await useBackend('tensorflow')).name).toBe('tensorflow');
  });

  it.each(cases)('$name, its value and its slopes', async (one) => {
    await tf.setBackend('tensorflow');
    const native = compute(one);
    await tf.setBackend('cpu');
    const cpu = compute(one);
    expect(native.map((values) => values.length)).toEqual(cpu.map((values) => values.length));
    // Float32 rounds to 2⁻²⁴; sums of n terms in another order differ by √n of that, formulas by a
    // few of them.
    const rtol = 8 * 2 ** -24 * Math.max(4, Math.sqrt(one.terms ?? 1));
    cpu.forEach((values, k) => {
      const scale = Math.max(1e-30, ...values.map(Math.abs));
      const worst = Math.max(...values.map((v, i) => Math.abs(v - native[k]![i]!)));
      expect(worst / scale, `${k === 0 ? 'value' : `slope ${k}`}`).toBeLessThanOrEqual(rtol);
    });
  });

  it('a reshape to the same shape outlives its argument, and is gone when disposed', async () => {
    await tf.setBackend('tensorflow');
    const before = tf.memory();
    const x = tf.tensor2d([[1, 2, 3]]);
    const y = tf.reshape(x, [1, 3]);
    x.dispose();
    expect(tf.tidy(() => Array.from(tf.add(y, 1).dataSync()))).toEqual([2, 3, 4]);
    y.dispose();
    const { numTensors, numDataBuffers } = tf.memory();
    expect([numTensors, numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
  });

  it('says NaN and infinity where the cpu backend does', async () => {
    const special = [NaN, Infinity, -Infinity, 0, -0, 1];
    for (const f of [tf.relu, tf.step, tf.exp, tf.softplus, tf.elu, tf.abs, tf.isNaN, tf.isFinite]) {
      await tf.setBackend('cpu');
      const cpu = tf.tidy(() => Array.from(f(tf.tensor1d(special)).dataSync(), (v) => v + 0));
      await tf.setBackend('tensorflow');
      const native = tf.tidy(() => Array.from(f(tf.tensor1d(special)).dataSync(), (v) => v + 0));
      expect(native, f.name).toEqual(cpu);
    }
  });
});

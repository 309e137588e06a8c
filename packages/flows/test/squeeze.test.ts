import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import { injectivePad, squeeze, type SqueezeOptions, reportInverse } from '../src';

/** y[b, r, s, ch] by the formula, one value at a time, `channel` that of ch(i, j, c). */
function byFormula(
  x: tf.Tensor4D,
  channel: (i: number, j: number, c: number, channels: number) => number,
): number[] {
  const [batch, h, w, channels] = x.shape;
  const values = x.arraySync();
  const y = new Array<number>(x.size);
  for (let b = 0; b < batch; b++)
    for (let p = 0; p < h; p++)
      for (let q = 0; q < w; q++)
        for (let c = 0; c < channels; c++) {
          const pixel = (b * (h / 2) + (p >> 1)) * (w / 2) + (q >> 1);
          y[pixel * 4 * channels + channel(p % 2, q % 2, c, channels)] = values[b]![p]![q]![c]!;
        }
  return y;
}

const orders = {
  'offset-major': (i: number, j: number, c: number, channels: number) => (2 * i + j) * channels + c,
  'channel-major': (i: number, j: number, c: number) => 4 * c + 2 * i + j,
} as const;

describe.each(['cpu', ...wasm, ...native])('on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  describe.each(Object.entries(orders))('squeeze, %s', (order, channel) => {
    const map = squeeze({ order } as SqueezeOptions);

    it.each([
      [1, 2, 2, 1],
      [2, 4, 6, 3],
      [3, 2, 8, 5],
    ] as const)('permutes [%d, %d, %d, %d] by its formula, and back exactly', (...shape) => {
      const x = createRng(1).normal(shape) as tf.Tensor4D;
      const y = map.forward(x);
      expect(y.shape).toEqual([shape[0], shape[1] / 2, shape[2] / 2, 4 * shape[3]]);
      expect(Array.from(y.dataSync())).toEqual(byFormula(x, channel));
      expect(Array.from(map.inverse(y).dataSync())).toEqual(Array.from(x.dataSync()));
    });

    it('obeys the laws of a bijector', () => {
      checkBijector(map, createRng(2).normal([2, 2, 4, 2]));
    });
  });

  it('injectivePad obeys the laws of a bijector onto its image', () => {
    checkBijector(injectivePad(2), createRng(3).normal([3, 2, 2, 1]));
    checkBijector(injectivePad(1), createRng(4).normal([3, 2]));
  });

  it('injectivePad appends zeros and drops whatever stands there', () => {
    const map = injectivePad(2);
    expect(map.forward(tf.tensor2d([[1, 2]])).arraySync()).toEqual([[1, 2, 0, 0]]);
    expect(map.inverse(tf.tensor2d([[1, 2, 3, 4]])).arraySync()).toEqual([[1, 2]]);
  });
});

describe.each([
  ['offset-major', squeeze(), [1, 2, 2, 4]],
  ['channel-major', squeeze({ order: 'channel-major' }), [1, 2, 2, 4]],
  ['injectivePad', injectivePad(1), [1, 2, 2, 4]],
] as const)('%s', (_name, map, shape) => {
  it('is an isometry: the bound of an error passes unchanged', () => {
    const {
      value: x,
      errorBound,
      solveBound,
      converged,
      evaluations,
    } = reportInverse(map, tf.zeros([...shape]), Float64Array.of(0.25));
    expect([errorBound[0], solveBound[0], converged[0], evaluations]).toEqual([0.25, 0, true, 0]);
    x.dispose();
  });

  it('leaves its result alone alive', () => {
    const x = tf.ones([...shape]);
    checkNoLeak(() => map.forward(x), { tape: true });
    checkNoLeak(() => map.inverse(x), { tape: true });
    checkNoLeak(() => map.forwardAndLogDet(x, createRng(0)), { tape: true });
    checkNoLeak(() => reportInverse(map, x).value);
  });
});

describe('shapes that do not fit', () => {
  it.each([
    [() => squeeze().forward(tf.zeros([1, 3, 2, 1])), 'even h and w, got [1,3,2,1]'],
    [() => squeeze().forward(tf.zeros([2, 4])), 'even h and w, got [2,4]'],
    [() => squeeze().inverse(tf.zeros([1, 2, 2, 6])), 'expected y of shape [B,h,w,4C], got [1,2,2,6]'],
    [() => injectivePad(0), 'expected a positive number of channels, got 0'],
    [() => injectivePad(2).inverse(tf.zeros([1, 2])), 'with more than 2 channels, got [1,2]'],
  ])('are refused (%#)', (call, message) => {
    expect(call).toThrow(message);
  });
});

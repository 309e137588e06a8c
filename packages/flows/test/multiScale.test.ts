import * as tf from '@tensorflow/tfjs';
import { createRng, functionMap } from '@iresnet/core';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { describe, expect, it } from 'vitest';
import { actNorm, injectivePad, multiScale, residualBlock, squeeze } from '../src';

/** A contraction of images whose Jacobian is diagonal. */
const block = () =>
  residualBlock(
    functionMap((x) => tf.mul(0.5, tf.sin(x)), { lipschitz: 0.5 }),
    {
      logDet: (a, shape) => tf.sum(tf.log1p(a.matvec(tf.ones([...shape]))), [1, 2, 3]),
    },
  );

const three = () =>
  multiScale([
    { bijector: actNorm([2, 2, 4]), outShape: [2, 2, 4] },
    { bijector: block(), outShape: [2, 2, 2] },
    { bijector: actNorm([2, 2, 1]), outShape: [2, 2, 1] },
  ]);

describe('multiScale', () => {
  it('obeys the laws of a bijector', () => {
    checkBijector(three(), createRng(1).normal([3, 2, 2, 4]));
  });

  it('lets the first half of the channels leave, in the order of the scales', () => {
    const x = tf.range(0, 16).reshape([1, 2, 2, 4]);
    const identity = residualBlock(
      functionMap((v) => tf.mul(0, v), { lipschitz: 0 }),
      {
        logDet: (_a, shape) => tf.zeros([shape[0]!]),
      },
    );
    const flow = multiScale([
      { bijector: identity, outShape: [2, 2, 4] },
      { bijector: identity, outShape: [2, 2, 2] },
    ]);
    // Channels 0 and 1 of each pixel, then 2 and 3.
    expect(Array.from(flow.forward(x).dataSync())).toEqual([
      0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15,
    ]);
    expect(flow.inverse(flow.forward(x)).arraySync()).toEqual(x.arraySync());
  });

  it('reports the inverse of every scale and leaves nothing else behind', () => {
    const flow = three();
    const z = flow.forward(createRng(2).normal([3, 2, 2, 4]));
    const { value: x, solveBound, errorBound, converged, evaluations } = flow.inverseWithReport(z);
    expect(tf.max(tf.abs(tf.sub(flow.forward(x), z))).dataSync()[0]).toBeLessThan(1e-5); // a few float32 roundings
    expect([solveBound.length, errorBound.length, converged.length]).toEqual([3, 3, 3]);
    expect(Math.max(...solveBound)).toBeGreaterThan(0);
    expect(evaluations).toBeGreaterThan(1);
    checkNoLeak(() => flow.inverseWithReport(z).value);
    checkNoLeak(() => flow.inverse(z));
  });

  it('splits after a squeeze', () => {
    const flow = multiScale([
      { bijector: squeeze(), outShape: [1, 1, 12] },
      { bijector: actNorm([1, 1, 6]), outShape: [1, 1, 6] },
    ]);
    checkBijector(flow, createRng(3).normal([3, 2, 2, 3]));
  });

  it('lets the smaller half of an odd number of channels leave', () => {
    const odd = multiScale([
      { bijector: injectivePad(2), outShape: [1, 1, 5] },
      { bijector: injectivePad(1), outShape: [1, 1, 4] },
    ]);
    const x = tf.tensor4d([1, 2, 3], [1, 1, 1, 3]);
    const z = odd.forward(x);
    // 1, 2 | 3, 0, 0 and one more 0.
    expect(z.arraySync()).toEqual([[1, 2, 3, 0, 0, 0]]);
    expect(odd.inverse(z).arraySync()).toEqual(x.arraySync());
  });

  it('refuses to split a single channel', () => {
    const scale = { bijector: actNorm([2, 2, 1]), outShape: [2, 2, 1] };
    expect(() => multiScale([scale, scale])).toThrow(
      'flows.multiScale: expected at least two channels to split after scale 0, got shape [2,2,1]',
    );
  });
});

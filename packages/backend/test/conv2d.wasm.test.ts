import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accelerateWasm, registerConv2dGradient } from '../src';

type Shape4 = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];
interface Instance {
  x: Shape4;
  w: Shape4;
  pad: Pad;
  stride: number;
}

const instances: Instance[] = [
  { x: [2, 5, 6, 3], w: [3, 3, 3, 4], pad: 'same', stride: 1 },
  { x: [2, 5, 6, 3], w: [3, 3, 3, 4], pad: 'valid', stride: 1 },
  { x: [1, 7, 7, 2], w: [5, 5, 2, 1], pad: 'same', stride: 1 },
  { x: [3, 4, 6, 1], w: [1, 3, 1, 5], pad: 'same', stride: 1 },
  { x: [3, 4, 6, 1], w: [3, 1, 1, 5], pad: 'valid', stride: 1 },
  { x: [2, 5, 5, 2], w: [2, 2, 2, 3], pad: 'same', stride: 1 },
  { x: [2, 5, 5, 2], w: [4, 2, 2, 3], pad: 'valid', stride: 1 },
  { x: [4, 3, 5, 6], w: [1, 1, 6, 2], pad: 'same', stride: 1 },
  { x: [4, 3, 5, 6], w: [1, 1, 6, 2], pad: 'valid', stride: 1 },
  { x: [2, 5, 6, 2], w: [3, 3, 2, 2], pad: 1, stride: 1 },
  { x: [2, 5, 6, 2], w: [3, 3, 2, 2], pad: 2, stride: 1 },
  { x: [2, 5, 6, 2], w: [3, 3, 2, 2], pad: 3, stride: 1 }, // wider than the kernel reaches
  { x: [1, 4, 4, 2], w: [1, 1, 2, 2], pad: 1, stride: 1 },
  {
    x: [2, 5, 6, 2],
    w: [3, 3, 2, 2],
    pad: [
      [0, 0],
      [2, 0],
      [0, 1],
      [0, 0],
    ],
    stride: 1,
  },
  { x: [1, 1, 1, 1], w: [1, 1, 1, 1], pad: 'same', stride: 1 },
  { x: [2, 7, 8, 2], w: [3, 3, 2, 3], pad: 'same', stride: 2 },
  { x: [2, 8, 7, 2], w: [3, 3, 2, 3], pad: 'valid', stride: 2 },
  { x: [1, 9, 9, 2], w: [2, 2, 2, 2], pad: 'valid', stride: 3 },
  { x: [2, 6, 6, 2], w: [1, 1, 2, 3], pad: 'valid', stride: 2 },
];

/** Deterministic values of both signs in [−1, 1). */
const values = (shape: readonly number[], seed: number): number[] =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.fround(((i * 7919 + seed * 104729) % 2003) / 1001.5 - 1),
  );

/** Both gradients of Σ u · conv2d(x, W) by their definition, in float64. */
function truth({ x, w, pad, stride }: Instance): { y: Shape4; dx: number[]; dw: number[] } {
  const { padInfo, outShape } = tf.backend_util.computeConv2DInfo(x, w, stride, 1, pad);
  const [batch, oh, ow, out] = outShape as Shape4;
  const [, ih, iw, channels] = x;
  const [xv, wv, uv] = [values(x, 1), values(w, 2), values(outShape, 3)];
  const dx = xv.map(() => 0);
  const dw = wv.map(() => 0);
  for (let b = 0; b < batch; b++)
    for (let p = 0; p < oh; p++)
      for (let q = 0; q < ow; q++)
        for (let i = 0; i < w[0]; i++)
          for (let j = 0; j < w[1]; j++) {
            const [r, c] = [p * stride + i - padInfo.top, q * stride + j - padInfo.left];
            if (r < 0 || r >= ih || c < 0 || c >= iw) continue;
            for (let k = 0; k < channels; k++)
              for (let o = 0; o < out; o++) {
                const u = uv[((b * oh + p) * ow + q) * out + o]!;
                const [xi, wi] = [
                  ((b * ih + r) * iw + c) * channels + k,
                  ((i * w[1] + j) * channels + k) * out + o,
                ];
                dx[xi]! += u * wv[wi]!;
                dw[wi]! += u * xv[xi]!;
              }
          }
  return { y: outShape as Shape4, dx, dw };
}

const gradients = ({ x, w, pad, stride }: Instance, y: Shape4): tf.Tensor[] => {
  const u = tf.tensor4d(values(y, 3), y);
  const f = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
    tf.sum(tf.mul(u, tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad as 'same')));
  return tf.grads(f)([tf.tensor4d(values(x, 1), x), tf.tensor4d(values(w, 2), w)]);
};

/** Float32 sums of at most a few hundred products below 1. */
const close = (got: tf.Tensor, exact: number[]): void => {
  got.dataSync().forEach((v, i) => {
    expect(Math.abs(v - exact[i]!)).toBeLessThan(3e-5);
  });
};

beforeAll(async () => {
  await tf.setBackend('wasm');
  await accelerateWasm();
});

const table = (): void => {
  it.each(instances)('conv2d $x * $w, pad $pad, stride $stride', (instance) => {
    const { y, dx, dw } = truth(instance);
    const [gx, gw] = gradients(instance, y) as [tf.Tensor, tf.Tensor];
    expect([gx.shape, gw.shape]).toEqual([instance.x, instance.w]);
    close(gx, dx);
    close(gw, dw);
  });

  it('leaves exactly the gradients alive', () => {
    for (const instance of instances) {
      const before = tf.memory();
      const got = tf.tidy(() => gradients(instance, truth(instance).y));
      expect(tf.memory().numTensors).toBe(before.numTensors + 2);
      tf.dispose(got);
      expect(tf.memory()).toMatchObject({
        numTensors: before.numTensors,
        numDataBuffers: before.numDataBuffers,
      });
    }
  });
};

describe('the standard gradient on the kernels of this package', () => {
  table();

  it('conv2dTranspose is the adjoint of conv2d', () => {
    for (const instance of instances) {
      const { y, dx } = truth(instance);
      if (Array.isArray(instance.pad)) continue;
      const u = tf.tensor4d(values(y, 3), y);
      const w = tf.tensor4d(values(instance.w, 2), instance.w);
      close(tf.conv2dTranspose(u, w, instance.x, instance.stride, instance.pad), dx);
    }
  });
});

describe('the gradient of forward convolutions', () => {
  beforeAll(registerConv2dGradient);
  table();

  it('is registered once', () => {
    const { gradFunc } = tf.getGradient('Conv2D');
    registerConv2dGradient();
    expect(tf.getGradient('Conv2D').gradFunc).toBe(gradFunc);
  });

  it('can be differentiated', () => {
    // p(x, W) = ½ Σ conv2d(x, W)²; the mixed second derivative against a difference quotient of the
    // first.
    const x = tf.tensor4d(values([1, 4, 4, 2], 1), [1, 4, 4, 2]);
    const w = tf.tensor4d(values([3, 3, 2, 2], 2), [3, 3, 2, 2]);
    const v = tf.tensor4d(values([1, 4, 4, 2], 4), [1, 4, 4, 2]);
    const first = (kernel: tf.Tensor): tf.Scalar => {
      const p = (a: tf.Tensor): tf.Scalar =>
        tf.mul(0.5, tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'))));
      return tf.sum(tf.mul(v, tf.grad(p)(x)));
    };
    const second = tf.grad(first)(w).dataSync();
    // `first` is quadratic in W: the central quotient is exact up to rounding, about 1e-6 · |first|
    // / step.
    for (const index of [0, 7, 20, 35]) {
      const shifted = (step: number): tf.Tensor4D =>
        tf.tensor4d(
          values([3, 3, 2, 2], 2).map((z, i) => (i === index ? z + step : z)),
          [3, 3, 2, 2],
        );
      const quotient = (first(shifted(0.5)).dataSync()[0]! - first(shifted(-0.5)).dataSync()[0]!) / 1;
      expect(second[index]).toBeCloseTo(quotient, 3);
    }
  });

  afterAll(async () => {
    await tf.setBackend('cpu');
  });

  it('leaves other backends their own', async () => {
    await tf.setBackend('cpu');
    const { y, dx, dw } = truth(instances[0]!);
    const [gx, gw] = gradients(instances[0]!, y) as [tf.Tensor, tf.Tensor];
    close(gx, dx);
    close(gw, dw);
  });
});

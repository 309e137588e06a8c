import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import { singularValues } from '@iresnet/testing';
import { circularConvBoundAt, convBoundAnywhere } from '../src';

type Size = [number, number, number, number];

/** The explicit matrix of a convolution in float64, row by output value: an independent truth. */
function matrixOf(kernel: tf.Tensor, h: number, w: number, circular: boolean): number[][] {
  const [kh, kw, inputs, outputs] = kernel.shape as Size;
  const k = kernel.dataSync();
  const rows = Array.from({ length: h * w * outputs }, () => new Array<number>(h * w * inputs).fill(0));
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let a = 0; a < kh; a++)
        for (let b = 0; b < kw; b++) {
          let [p, q] = [y + a - (kh - 1) / 2, x + b - (kw - 1) / 2];
          if (circular) [p, q] = [(p + kh * h) % h, (q + kw * w) % w];
          if (p < 0 || p >= h || q < 0 || q >= w) continue;
          for (let i = 0; i < inputs; i++)
            for (let o = 0; o < outputs; o++)
              rows[(y * w + x) * outputs + o]![(p * w + q) * inputs + i]! +=
                k[((a * kw + b) * inputs + i) * outputs + o]!;
        }
  return rows;
}

const normOf = (kernel: tf.Tensor, h: number, w: number, circular: boolean): number =>
  singularValues(matrixOf(kernel, h, w, circular))[0]!;

/** The allowance of one axis of the default grid for any kernel size: N = 32 d, so πd/N = π/32. */
const SAMPLING = 1 / Math.cos(Math.PI / 32);

/** A 3×3 kernel that shifts the image. */
const oneTap = () =>
  tf.pad(tf.ones([1, 1, 1, 1]), [
    [0, 2],
    [1, 1],
    [0, 0],
    [0, 0],
  ]);

/**
 * Kernels that are hard for a bound: the supremum is attained at one frequency, everywhere, nowhere
 * on the grid, or cancels.
 */
const adversarial: Record<string, (shape: Size) => tf.Tensor> = {
  'all ones': (shape) => tf.ones(shape),
  'one tap': (shape) => {
    const tap = tf.buffer(shape);
    tap.set(1, 0, shape[1] - 1, 0, 0);
    return tap.toTensor();
  },
  checkerboard: (shape) =>
    tf.tensor(
      Float32Array.from({ length: shape[0] * shape[1] * shape[2] * shape[3] }, (_, at) => {
        const pixel = Math.floor(at / (shape[2] * shape[3]));
        return (Math.floor(pixel / shape[1]) + pixel) % 2 ? -1 : 1;
      }),
      shape,
    ),
  'differences that cancel on small images': (shape) =>
    tf.tensor(
      Float32Array.from({ length: shape[0] * shape[1] * shape[2] * shape[3] }, (_, at) => {
        const column = Math.floor(at / (shape[2] * shape[3])) % shape[1];
        return column === 0 ? 1 : column === shape[1] - 1 ? -1 : 0;
      }),
      shape,
    ),
  'sparse and very unequal': (shape) => tf.tidy(() => tf.pow(createRng(5).normal(shape), tf.scalar(9))),
  tiny: (shape) => tf.tidy(() => tf.mul(1e-30, createRng(6).normal(shape))),
};

const odd = fc.constantFrom(1, 3, 5);
const channels = fc.integer({ min: 1, max: 3 });
const pixels = fc.integer({ min: 1, max: 5 });

describe('never below the norm of the explicit matrix', () => {
  test('random kernels, both paddings', () => {
    fc.assert(
      fc.property(odd, odd, channels, channels, pixels, pixels, fc.nat(1e6), (kh, kw, i, o, h, w, seed) => {
        tf.tidy(() => {
          const kernel = createRng(seed).normal([kh, kw, i, o]);
          // The truth itself has the rounding of float64.
          const [zero, circular] = [normOf(kernel, h, w, false), normOf(kernel, h, w, true)].map(
            (norm) => norm * (1 - 1e-12),
          ) as [number, number];
          const everySize = convBoundAnywhere(kernel);
          expect(everySize).toBeGreaterThanOrEqual(zero);
          expect(everySize).toBeGreaterThanOrEqual(circular);
          const oneSize = circularConvBoundAt(kernel, [h, w]);
          expect(oneSize).toBeGreaterThanOrEqual(circular);
          // 3 channels, 8 steps: at most 3^(1/2¹⁰) above.
          expect(oneSize).toBeLessThanOrEqual(circular * 1.0011 + 1e-12);
          for (const steps of [0, 1, 3])
            expect(convBoundAnywhere(kernel, { steps, samples: 8 })).toBeGreaterThanOrEqual(
              Math.max(zero, circular),
            );
        });
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test.each(Object.entries(adversarial))('%s', (_, make) => {
    fc.assert(
      fc.property(odd, odd, channels, channels, pixels, pixels, (kh, kw, i, o, h, w) => {
        tf.tidy(() => {
          const kernel = make([kh, kw, i, o]);
          const zero = normOf(kernel, h, w, false);
          const circular = normOf(kernel, h, w, true);
          expect(convBoundAnywhere(kernel)).toBeGreaterThanOrEqual(Math.max(zero, circular) * (1 - 1e-12));
          const oneSize = circularConvBoundAt(kernel, [h, w]);
          expect(oneSize).toBeGreaterThanOrEqual(circular * (1 - 1e-12));
          // Taps that cancel exactly leave the rounding of their sum.
          const size = Math.hypot(...kernel.dataSync());
          expect(oneSize).toBeLessThanOrEqual(circular * 1.0011 + 1e-12 * size);
        });
      }),
      { seed: 8, numRuns: 25 },
    );
  });
});

describe('known suprema', () => {
  test.each<[string, () => tf.Tensor, number, number]>([
    ['all ones 3×3: 9 at ω = 0', () => tf.ones([3, 3, 1, 1]), 9, SAMPLING ** 2],
    ['all ones 5×3: 15', () => tf.ones([5, 3, 1, 1]), 15, SAMPLING ** 2],
    ['all ones 3×3, 4 → 2 channels: 9√8', () => tf.ones([3, 3, 4, 2]), 9 * Math.sqrt(8), SAMPLING ** 2],
    ['one tap: 1 at every ω', oneTap, 1, SAMPLING ** 2],
    ['[1, −1]: 2 at ω = π', () => tf.tensor([1, -1], [1, 2, 1, 1]), 2, SAMPLING],
    ['1×1: the norm of the matrix', () => tf.tensor([3, 0, 0, 4], [1, 1, 2, 2]), 4, 1],
  ])('%s', (_, make, norm, sampling) => {
    const bound = tf.tidy(() => convBoundAnywhere(make()));
    expect(bound).toBeGreaterThanOrEqual(norm);
    expect(bound).toBeLessThanOrEqual(norm * sampling * 1.0014);
  });

  test('an unbounded image is approached from below by zero-padded ones', () => {
    tf.tidy(() => {
      const kernel = createRng(9).normal([1, 3, 2, 2]);
      const bound = convBoundAnywhere(kernel);
      const norm = normOf(kernel, 1, 60, false);
      expect(bound).toBeGreaterThan(norm);
      // The gap to the supremum falls like 1/n²; the sampling adds at most 1.0049.
      expect(bound).toBeLessThan(norm * SAMPLING * 1.005);
    });
  });
});

test('zero stays zero', () => {
  expect(convBoundAnywhere(tf.zeros([3, 3, 4, 5]))).toBe(0);
});

test('more steps never loosen it, and each number of samples keeps its promise', () => {
  const kernel = createRng(3).normal([3, 3, 8, 6]);
  const steps = [0, 1, 2, 4, 8].map((t) => convBoundAnywhere(kernel, { steps: t }));
  steps.forEach((bound, i) => {
    if (i > 0) expect(bound).toBeLessThanOrEqual(steps[i - 1]!);
  });
  // The supremum lies between the finest bound divided by its allowance and the finest bound.
  const allowance = (n: number) => 1 / Math.cos(Math.PI / n) ** 2;
  const finest = convBoundAnywhere(kernel, { samples: 256 });
  for (const n of [4, 8, 16, 32, 64]) {
    const bound = convBoundAnywhere(kernel, { samples: n });
    expect(bound).toBeGreaterThanOrEqual(finest / allowance(256));
    expect(bound).toBeLessThanOrEqual(finest * allowance(n));
  }
});

test.each([
  [
    'a matrix',
    () => convBoundAnywhere(tf.ones([2, 2])),
    'expected a kernel [kh, kw, in, out], got shape [2,2]',
  ],
  ['NaN', () => convBoundAnywhere(tf.fill([1, 1, 1, 1], NaN)), 'expected finite values'],
  [
    'circular without a size',
    () => circularConvBoundAt(tf.ones([3, 3, 1, 1]), undefined as unknown as [number, number]),
    'expected a positive imageSize [h, w], got nothing',
  ],
  [
    'circular with half a pixel',
    () => circularConvBoundAt(tf.ones([3, 3, 1, 1]), [3, 0.5]),
    'expected a positive imageSize [h, w], got [3,0.5]',
  ],
  ['steps < 0', () => convBoundAnywhere(tf.ones([3, 3, 1, 1]), { steps: -1 }), 'expected steps ≥ 0, got -1'],
  [
    'samples < 4',
    () => convBoundAnywhere(tf.ones([3, 3, 1, 1]), { samples: 2 }),
    'expected samples ≥ 4, got 2',
  ],
])('refuses %s', (_, call, message) => {
  expect(call).toThrowError(message);
});

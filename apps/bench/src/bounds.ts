import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { conv2dOperator, createRng } from '@iresnet/core';
import { convBoundAnywhere, spectralNorm, type ConvBoundAnywhereOptions } from '@iresnet/spectral-norm';
import type { Benchmark } from './benchmark';

/** The certified bounds of convolutions against the finest bound and against the norm. */
export const bounds: Benchmark = {
  name: 'bounds',
  summary: 'how tight the certified bounds of convolutions are, and what they cost',
  options: ['(none)'],
  run: printBounds,
};

const steps = [0, 1, 2, 3, 4, 6, 8, 12];
const samples = [8, 16, 32, 64];

/** Kernels whose bounds are compared. */
const kernels: Record<string, () => tf.Tensor> = {
  'random 3×3, 32 → 32': () => createRng(1).uniform([3, 3, 32, 32], -1, 1),
  'random 3×3, 64 → 64': () => createRng(2).uniform([3, 3, 64, 64], -1, 1),
  'random 5×5, 16 → 16': () => createRng(3).uniform([5, 5, 16, 16], -1, 1),
  'random 1×1, 64 → 64': () => createRng(4).uniform([1, 1, 64, 64], -1, 1),
  'smooth 3×3, 16 → 16': () =>
    tf.tidy(() => tf.mul(tf.ones([3, 3, 1, 1]), createRng(5).normal([1, 1, 16, 16]))),
};

/**
 * How tight the certified bounds of convolutions are, and what they cost, by number of Gram
 * iterations and of sampled frequencies: relative to the finest bound, and to the norm at some
 * image sizes by power iteration.
 */
async function printBounds(): Promise<void> {
  await tf.setBackend('wasm');
  for (const [name, make] of Object.entries(kernels)) {
    const kernel = make();
    const timed = (options: ConvBoundAnywhereOptions) => {
      const start = performance.now();
      const bound = convBoundAnywhere(kernel, options);
      return { bound, ms: performance.now() - start };
    };
    const finest = convBoundAnywhere(kernel, { steps: 12, samples: 128 });
    const row = (options: ConvBoundAnywhereOptions) => {
      const { bound, ms } = timed(options);
      return { 'bound / finest': (bound / finest).toFixed(5), ms: ms.toFixed(0) };
    };
    console.log(`\n${name}: Gram iterations, with 32 samples`);
    console.table(Object.fromEntries(steps.map((t) => [t, row({ steps: t })])));
    console.log(`${name}: samples, with 8 iterations`);
    console.table(Object.fromEntries(samples.map((n) => [n, row({ samples: n })])));
    console.log(`${name}: default bound over the norm at an image size`);
    const { bound } = timed({});
    const sizes = [4, 7, 14, 28];
    const norms = sizes.map((n) => {
      const operator = conv2dOperator(kernel, [n, n, kernel.shape[2]!]);
      return spectralNorm(operator, createRng(6), { rtol: 0, maxSteps: 500 });
    });
    console.table(
      Object.fromEntries(
        sizes.map((n, i) => [`${n}×${n}`, { 'bound / norm': (bound / norms[i]!).toFixed(4) }]),
      ),
    );
    kernel.dispose();
  }
}

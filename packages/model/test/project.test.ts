import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import { residualBlock } from '@iresnet/flows';
import { conv2d, elu, sequential } from '@iresnet/lipschitz';
import { denseFlow } from '../src';

/**
 * Raw weights far above their bound: power iteration stops short of σ, so the proven bound
 * exceeds c.
 */
function grow(params: Readonly<Record<string, tf.Variable>>): void {
  for (const [name, variable] of Object.entries(params)) {
    if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(7, variable)));
  }
}

test('a projected flow is proven contractive, block by block; saved and assigned it is the same density', () => {
  const config = { dimension: 2, blocks: 3, hidden: [16, 16], coefficient: 0.9 };
  const density = denseFlow(config, createRng(1));
  grow(density.params);
  const x = createRng(2).normal([5, 2]);
  const score = (of: typeof density) => Array.from(of.logProb(x, createRng(3)).dataSync());
  score(density); // starts the activation normalization
  expect(Math.max(...density.blocks.map((block) => block.lipschitzBound()))).toBeGreaterThan(0.9 ** 3);
  const before = score(density);
  density.enforceBounds();
  // Three layers of at most .9; the sine adds nothing.
  for (const block of density.blocks) {
    expect(block.lipschitzBound()).toBeLessThanOrEqual(0.9 ** 3 * (1 + 1e-15));
    expect(block.lipschitzBound()).toBeGreaterThan(0.9 ** 3 * 0.9999);
  }
  const after = score(density);
  // Power iteration to 1e-3 was off by little, and so the density moved by little.
  after.forEach((value, i) => expect(Math.abs(value - before[i]!)).toBeLessThan(0.1));
  density.enforceBounds();
  expect(score(density)).toEqual(after);

  const copy = denseFlow(config, createRng(99));
  for (const [name, variable] of Object.entries(density.params)) copy.params[name]!.assign(variable);
  expect(score(copy)).toEqual(after);
  expect(copy.blocks.map((block) => block.lipschitzBound())).toEqual(
    density.blocks.map((block) => block.lipschitzBound()),
  );
  density.dispose();
  copy.dispose();
});

test('a block of convolutions: project makes it proven, and the inverse proven with it', () => {
  const imageSize = [4, 4] as const;
  const rng = createRng(4);
  const layer = (inputs: number, outputs: number, kernelSize: number) =>
    conv2d({ inputs, outputs, kernelSize, imageSize, coefficient: 0.9, rng });
  const block = residualBlock(
    sequential(layer(2, 6, 3), elu(), layer(6, 6, 1), elu(), layer(6, 2, 3)),
    { logDet: (_a, shape) => tf.zeros([shape[0]!]) },
  ); // prettier-ignore
  grow(block.params);
  // Above the norm at 4×4 pixels, where it is .9 per layer: the proof is for every image size.
  expect(block.lipschitzBound()).toBeGreaterThan(0.9 ** 3);
  block.enforceBounds();
  expect(block.lipschitzBound()).toBeLessThanOrEqual(0.9 ** 3 * (1 + 1e-15));
  const x = createRng(5).normal([3, ...imageSize, 2]);
  const { value: back, errorBound } = block.inverseWithReport(block.forward(x));
  const errors = tf.norm(tf.reshape(tf.sub(back, x), [3, -1]), 2, 1).dataSync();
  // The forward pass adds its float32 rounding, amplified by 1/(1 − .73).
  errors.forEach((error, i) => expect(error).toBeLessThan(errorBound[i]! + 1e-5));
  block.dispose();
});

import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { cRelu } from '@iresnet/lipschitz';
import { checkNoLeak, singularValues } from '@iresnet/testing';
import { expect, test } from 'vitest';
import { denseFlow, imageFlow, layerNorms } from '../src';

test('dense layers: the estimate is the largest singular value, the bound is above it', () => {
  // An activation that widens the channels stands between them.
  const density = denseFlow({ dimension: 3, blocks: 2, hidden: [6, 4], activation: cRelu }, createRng(1));
  // Below their bounds, where the weight in use is the kernel.
  for (const [name, variable] of Object.entries(density.params)) {
    if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(0.3, variable)));
  }
  const norms = layerNorms(density, createRng(2));
  expect(norms.map(({ block, layer }) => [block, layer])).toEqual(
    [0, 1].flatMap((block) => [0, 2, 4].map((layer) => [block, layer])),
  );
  for (const { block, layer, estimate, bound } of norms) {
    const kernel = density.blocks[block]!.params[`${layer}.kernel`]!.arraySync() as number[][];
    const truth = singularValues(kernel)[0]!;
    // Both stop at 1e-5 of their own, or better.
    expect(Math.abs(estimate / truth - 1)).toBeLessThan(1e-4);
    expect(bound).toBeGreaterThanOrEqual(truth * (1 - 1e-6));
    expect(bound).toBeLessThan(truth * 1.01);
  }
  checkNoLeak(() => void layerNorms(density, createRng(2)));
  density.dispose();
});

test('convolutions: the estimate is below the bound, which enforceBounds keeps', () => {
  const scales = [{ blocks: 2, channels: 4, squeeze: true }];
  const density = imageFlow({ shape: [8, 8, 1], scales }, createRng(1));
  density.enforceBounds();
  const norms = layerNorms(density, createRng(2));
  // The very first block begins with a convolution, all others with an activation.
  expect(norms.map(({ block, layer }) => [block, layer])).toEqual([
    [0, 0],
    [0, 2],
    [0, 4],
    [1, 1],
    [1, 3],
    [1, 5],
  ]);
  for (const { estimate, bound } of norms) {
    expect(estimate).toBeLessThanOrEqual(bound);
    expect(bound).toBeLessThanOrEqual(0.9 * (1 + 1e-6));
    expect(estimate).toBeGreaterThan(0.5 * bound);
  }
  density.dispose();
});

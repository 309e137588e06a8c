import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { fromLayers, spectralConstraint } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { checkBijector } from '@iresnet/testing';
import { expect, test } from 'vitest';
import { actNorm, chain, flow, negativeLogLikelihood, residualBlock, standardNormal } from '../src';

/** A branch of layers of TensorFlow.js, d → d. */
function branch(d: number, seed: number): tf.Sequential {
  const kernelConstraint = spectralConstraint({ coefficient: 0.9 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 16, inputShape: [d], activation: 'swish', kernelConstraint }),
      tf.layers.dense({ units: d, kernelConstraint }),
    ],
  });
  const rng = createRng(seed);
  model.setWeights(model.getWeights().map((w) => rng.normal(w.shape)));
  return model;
}

test('layers of TensorFlow.js make a residual block: the laws of a bijector', () => {
  const block = residualBlock(fromLayers(branch(2, 1)), { logDet: exact() });
  // 0.9² times the constant of swish.
  expect(block.lipschitzBound()).toBeLessThanOrEqual(0.81 * 1.0998394);
  checkBijector(block, createRng(2).normal([4, 2]), { exact: true, step: 2 ** -7 });
  block.dispose();
});

test('a density of such blocks trains within its bounds, and inverts within what it reports', () => {
  const models = [branch(2, 3), branch(2, 4)];
  const blocks = models.map((model) => residualBlock(fromLayers(model), { logDet: exact() }));
  const density = flow(chain(actNorm([2]), ...blocks), standardNormal([2]));
  // Two clusters.
  const rng = createRng(5);
  const x = tf.add(tf.mul(0.3, rng.normal([128, 2])), tf.mul(2, tf.sign(rng.normal([128, 1]))));
  const loss = () => negativeLogLikelihood(density, x, rng);
  const start = loss().dataSync()[0]!;
  const optimizer = tf.train.adam(0.02);
  for (let step = 0; step < 60; step++) {
    optimizer.minimize(loss);
    density.refresh();
    for (const block of blocks) expect(block.lipschitzBound()).toBeLessThanOrEqual(0.81 * 1.0998394);
  }
  expect(loss().dataSync()[0]).toBeLessThan(start - 0.3);
  // What was trained are the weights of the models.
  expect((models[0]!.predict(x) as tf.Tensor).arraySync()).toEqual(blocks[0]!.branch.apply(x).arraySync());
  const z = density.encode(x);
  const { value, errorBound } = density.decode(z);
  const errors = tf.norm(tf.sub(value, x), 2, 1).dataSync();
  // The forward pass rounds too, and two blocks magnify that at most (1 − 0.89)⁻² = 83 times.
  errors.forEach((error, i) => expect(error).toBeLessThan(errorBound[i]! + 1e-4));
  density.dispose();
});

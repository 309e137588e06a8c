import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@iresnet/core/gradients';
import { createRng } from '@iresnet/core';
import { actNorm, chain, flow, negativeLogLikelihood, residualBlock, standardNormal } from '@iresnet/flows';
import { dense, sequential, sin } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { adam, constant, fit } from '@iresnet/training';

await tf.ready();
const rng = createRng(1);
const branch = () =>
  sequential(dense({ inputs: 2, outputs: 32, rng }), sin(), dense({ inputs: 32, outputs: 2, rng }));
const block = () => residualBlock(branch(), { logDet: exact() });
const density = flow(chain(actNorm([2]), block(), block()), standardNormal([2]));

// Points near a ring.
const ring = (n: number, stream = rng) =>
  tf.tidy(() => {
    const angle = stream.uniform([n, 1], 0, 2 * Math.PI);
    const radius = tf.add(2, tf.mul(0.2, stream.normal([n, 1])));
    return tf.concat([tf.mul(radius, tf.cos(angle)), tf.mul(radius, tf.sin(angle))], 1);
  });
const { stopReason } = await fit({
  module: density,
  batches: (_step, stream) => ring(64, stream),
  loss: (x, stream) => negativeLogLikelihood(density, x, stream),
  steps: 60,
  optimizer: adam(),
  schedule: constant(0.01),
  rng,
});
const { value, errorBound } = density.decode(rng.normal([5, 2]));
console.log(stopReason, value.shape, Math.max(...errorBound) < 1e-3); // steps [ 5, 2 ] true

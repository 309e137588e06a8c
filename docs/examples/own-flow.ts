import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@iresnet/core/gradients';
import { createRng } from '@iresnet/core';
import { actNorm, chain, flow, negativeLogLikelihood, residualBlock, standardNormal } from '@iresnet/flows';
import { dense, sequential, sin } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { contactSheet } from '@iresnet/report';
import { adam, constant, fit } from '@iresnet/training';

await tf.ready();
const rng = createRng(1);
const branch = () =>
  sequential(dense({ inputs: 2, outputs: 32, rng }), sin(), dense({ inputs: 32, outputs: 2, rng }));
const block = () => residualBlock(branch(), { logDet: exact() });
const density = flow(chain(actNorm([2]), block(), block(), block()), standardNormal([2]));

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
  steps: 300,
  optimizer: adam(),
  schedule: constant(0.02),
  rng,
});
// ln p of a point on the ring and of its middle, which no point is near to.
const [on, off] = await density.logProb(tf.tensor2d([[2, 0], [0, 0]]), rng).data<'float32'>(); // prettier-ignore
console.log(stopReason, on! > -3.5, off! < -5); // steps true true

// To the latent space and back, and five new points, each with a proven bound of its error.
const x = ring(5);
const back = density.decode(density.encode(x));
const error = tf.max(tf.abs(tf.sub(back.value, x))).dataSync()[0]!;
console.log(error < 1e-4, error <= Math.max(...back.errorBound)); // true true
const { value, errorBound } = density.decode(rng.normal([5, 2]));
console.log(value.shape, Math.max(...errorBound) < 0.01); // [ 5, 2 ] true

// The density from -4 to 4 as a picture, dark where points are likely.
const size = 160;
const at = (i: number): number => (8 * i) / (size - 1) - 4;
const pixels = Array.from({ length: size ** 2 }, (_, i) => [at(i % size), -at(Math.floor(i / size))]);
const p = tf.exp(density.logProb(tf.tensor2d(pixels), rng));
const values = Uint8Array.from(tf.mul(255, tf.sub(1, tf.div(p, tf.max(p)))).dataSync());
const sheet = contactSheet({ count: 1, shape: [size, size, 1], values }, { columns: 1, scale: 2 });
writeFileSync('ring.png', sheet);

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@iresnet/core/gradients';
import { assign, decodeModule, encodeModule } from '@iresnet/checkpoint';
import { createRng, type Bijector } from '@iresnet/core';
import {
  actNorm,
  chain,
  flow,
  invert,
  multiScale,
  negativeLogLikelihood,
  standardNormal,
} from '@iresnet/flows';
import { checkBijector } from '@iresnet/testing';
import { adam, constant, fit } from '@iresnet/training';

function coupling(): Bijector {
  const weight = tf.variable(tf.tensor2d([[0.1, -0.1]]));
  const parts = (x: tf.Tensor) => tf.split(x, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const scaleAndShift = (a: tf.Tensor2D) =>
    tf.split(tf.sin(tf.matMul(a, weight as unknown as tf.Tensor2D)), 2, 1) as [tf.Tensor, tf.Tensor];
  const forwardAndLogDet = (x: tf.Tensor) =>
    tf.tidy(() => {
      const [a, b] = parts(x);
      const [s, t] = scaleAndShift(a);
      return { y: tf.concat([a, tf.add(tf.mul(b, tf.exp(s)), t)], 1), logDet: tf.sum(s, 1) };
    });
  return {
    params: { weight },
    dispose: () => weight.dispose(),
    forward: (x) => tf.tidy(() => forwardAndLogDet(x).y),
    forwardAndLogDet,
    inverse: (y) =>
      tf.tidy(() => {
        const [a, b] = parts(y);
        const [s, t] = scaleAndShift(a);
        return tf.concat([a, tf.mul(tf.sub(b, t), tf.exp(tf.neg(s)))], 1);
      }),
  };
}

await tf.setBackend('cpu');
const rng = createRng(1);
checkBijector(coupling(), rng.normal([4, 2])); // the laws: round trips, log-determinant, gradients

const build = () => {
  const scale = { bijector: chain(actNorm([2]), coupling(), invert(coupling())), outShape: [2] };
  return flow(multiScale([scale]), standardNormal([2]));
};
const density = build();
await fit({
  module: density,
  batches: (_step, stream) => stream.normal([32, 2]),
  loss: (x, stream) => negativeLogLikelihood(density, x, stream),
  steps: 20,
  optimizer: adam(),
  schedule: constant(0.01),
  rng,
});
const bytes = await encodeModule({ config: {}, module: density }); // one file: save it where you like
const opened = build();
assign(opened, decodeModule(bytes).tensors);
const { value, errorBound } = opened.decode(rng.normal([3, 2]));
console.log(opened.sample(2, rng).shape, value.shape, errorBound); // no report: Infinity

import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { flow, negativeLogLikelihood, residualBlock, standardNormal } from '@iresnet/flows';
import { fromLayers, spectralConstraint } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { adam, constant, fit } from '@iresnet/training';

await tf.ready();
const rng = createRng(1);
const kernelConstraint = spectralConstraint({ coefficient: 0.9 });
const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 16, inputShape: [2], activation: 'elu', kernelConstraint }),
    tf.layers.dense({ units: 2, kernelConstraint }),
  ],
});
const density = flow(residualBlock(fromLayers(model), { logDet: exact() }), standardNormal([2]));
await fit({
  module: density, // its weights are those of the model
  batches: (_step, stream) => stream.normal([32, 2]),
  loss: (x, stream) => negativeLogLikelihood(density, x, stream),
  steps: 20,
  optimizer: adam(),
  schedule: constant(0.01),
  rng,
});
density.enforceBounds();
console.log(fromLayers(model).lipschitzBound() <= 0.81); // true

/**
 * The invertible residual network, assembled from plain JSON.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng } from '@iresnet/core';
 * import { denseFlow, denseFlowDefaults } from '@iresnet/model';
 *
 * const rng = createRng(1);
 * const density = denseFlow({ ...denseFlowDefaults(2), blocks: 2, hidden: [16] }, rng);
 * const x = rng.normal([16, 2]);
 * const loss = () => tf.neg(tf.mean(density.logProb(x, rng))) as tf.Scalar;
 * tf.train.adam(0.01).minimize(loss); // any optimizer: the weights stay normalized by themselves
 * density.sample(5, rng).print();
 * console.log(density.blocks.map((block) => block.lipschitzBound())); // each below 1: proven invertible
 * ```
 *
 * @packageDocumentation
 */
export { denseFlow, denseFlowDefaults, type DenseFlow, type DenseFlowConfig } from './denseFlow';
export { logDetEstimator, type LogDetConfig } from './logDetConfig';

/**
 * log|det(I + A)| from products with A only, with its gradient from a single taped product.
 *
 * The probes and the end of the series are separate arguments. An estimator takes an operator, or
 * any function that multiplies by A. For the Jacobian of a function of your own, `functionMap` of
 * `@iresnet/core` gives the operator.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { createRng } from '@iresnet/core';
 * import { exact, powerSeries, rademacher, russianRoulette } from '@iresnet/logdet';
 *
 * const rng = createRng(1);
 * const w = tf.variable(tf.mul(0.1, rng.normal([4, 4])));
 * // Any linear function of v.
 * const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, w as tf.Tensor2D);
 * const shape = [3, 4]; // a batch of 3 examples
 *
 * const estimate = powerSeries({ truncation: russianRoulette(), probe: rademacher(16) });
 * estimate(product, shape, rng).print(); // unbiased, nats, [3]
 * exact()(product, shape, rng).print();
 * // One level of automatic differentiation.
 * const { grads } = tf.variableGrads(() => tf.sum(estimate(product, shape, rng)));
 * console.log(Object.values(grads)[0]!.shape); // [ 4, 4 ]
 * ```
 *
 * @packageDocumentation
 */
export { exact, type ExactEstimator } from './exact';
export type { EstimateWithError, ProductEstimator } from './product';
export { arnoldi, type ArnoldiOptions } from './arnoldi';
export { adaptiveArnoldi, type AdaptiveArnoldiOptions } from './adaptiveArnoldi';
export { powerSeries, type PowerSeriesOptions } from './powerSeries';
export { truncated, type Truncation } from './truncation';
export { krylovBias, seriesBias } from './bias';
export {
  geometric,
  poisson,
  rouletteWeights,
  russianRoulette,
  type RussianRouletteOptions,
  type StoppingDistribution,
} from './russianRoulette';
export {
  basis,
  fixedProbes,
  gaussian,
  rademacher,
  type AdaptedProbe,
  type Probe,
  type ProbeSet,
} from './probes';
export { orthogonal } from './orthogonal';
export { hutchPlusPlus, type HutchPlusPlusOptions } from './hutchPlusPlus';
export { estimateWithError } from './estimateWithError';
export { logDetBias, logDetEstimators, logDetFromSpec, type LogDetSpec } from './spec';
export { probes, type PlainProbeSpec, type ProbeSpec } from './probeSpec';
export {
  stoppingDistributions,
  truncations,
  type StoppingDistributionSpec,
  type TruncationSpec,
} from './truncationSpec';
export type { BiasedRow } from './biasedRow';

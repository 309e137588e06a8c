/**
 * The laws that the pieces of an invertible residual network must keep, as plain functions for any
 * test runner.
 *
 * A flow with a wrong derivative still trains, to the wrong density. Each check here holds one
 * piece against a truth that is found independently of it (finite differences, explicit matrices,
 * float64 log-determinants) and throws an `IResNetError` that names the law, the instance, the
 * measured error and the tolerance. What it returns are the measured errors of all laws.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { diagonalOperator, type DifferentiableMap } from '@iresnet/core';
 * import { checkMap } from '@iresnet/testing';
 *
 * // sin(x + b), which gives its own Jacobian: diag(cos(x + b)).
 * const bias = tf.variable(tf.tensor1d([0.3, -0.5]));
 * const sine: DifferentiableMap = {
 *   params: { bias },
 *   apply: (x) => tf.sin(tf.add(x, bias)),
 *   linearize: (x) => {
 *     const shifted = tf.add(x, bias);
 *     return { y: tf.sin(shifted), jacobian: diagonalOperator(tf.cos(shifted)) };
 *   },
 *   dispose: () => bias.dispose(),
 * };
 * for (const { law, error, tolerance } of checkMap(sine, tf.tensor2d([[1, 2], [-1, 0.5]]), { name: 'sine' })) {
 *   console.log(law, error, tolerance);
 * }
 * ```
 *
 * @packageDocumentation
 */
export type { CheckOptions, Measurement } from './report';
export { checkOperator, type OperatorCheckOptions } from './operator';
export { checkMap, type MapCheckOptions } from './map';
export { checkLipschitz, type LipschitzCheckOptions } from './lipschitz';
export { checkBijector, type BijectorCheckOptions } from './bijector';
export { checkEstimator, type EstimatorCheckOptions } from './estimator';
export { checkNoLeak, type NoLeakOptions } from './noLeak';
export type { Derivative } from './derivative';
export { finiteDifference, numericalJacobian } from './differences';
export { logAbsDet, singularValues, type Matrix } from './float64';

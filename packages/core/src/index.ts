/**
 * Contracts, linear operators, tape control, seeded random numbers and errors: what the other
 * `@iresnet` packages share.
 *
 * A residual network is invertible when its branches are contractions. Everything built on that
 * fact here speaks through a few small interfaces: a {@link LinearOperator} is known only through
 * its products, a {@link DifferentiableMap} knows its own Jacobian, a {@link Bijector} has an
 * inverse and a log-determinant.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { composeOperators, createRng, denseOperator, diagonalOperator, materialize } from '@iresnet/core';
 *
 * const rng = createRng(1);
 * const slopes = rng.uniform([5, 3], 0, 1); // one diagonal per example
 * const jacobian = composeOperators(denseOperator(rng.normal([2, 3])), diagonalOperator(slopes));
 * const pulledBack = jacobian.rmatvec(tf.ones([5, 3])); // Aᵀu, [5, 2]
 * console.log(pulledBack.shape, materialize(jacobian, 5).shape); // [ 5, 2 ] [ 5, 3, 2 ]
 * ```
 *
 * @packageDocumentation
 */
export type {
  Conditional,
  DifferentiableMap,
  Flaw,
  LinearOperator,
  LipschitzMap,
  LogDetEstimator,
  MatVec,
  Module,
  Params,
  Rounded,
} from './contracts';
export type {
  Bijector,
  BoundKind,
  ForwardReport,
  InverseReport,
  LocalBounds,
  ReportOptions,
} from './bijector';
export type { HostLinearization, HostKit, HostMap, HostProducts } from './hostMap';
export { eventSize, type Shape } from './shape';
export { compose, delegate, type Composition } from './module';
export { conditional, type AtContext } from './conditional';
export { IResNetError, type ErrorKind } from './errors';
export { noGrad } from './noGrad';
export { onHost } from './onHost';
export { customOp, type CustomForward, type LaterGradient } from './customOp';
export { createRng, restoreRng, type Rng, type RngState } from './rng';
export { batchDot, squaredNorm } from './batch';
export { disposeParams, prefixParams, trainableParams } from './params';
export { denseOperator } from './operators/dense';
export { conv2dOperator } from './operators/conv2d';
export {
  addOperators,
  composeOperators,
  diagonalOperator,
  identityOperator,
  scaleOperator,
  transposeOperator,
} from './operators/algebra';
export { basisVectors, materialize } from './operators/materialize';
export { jacobian } from './operators/jacobian';
export { operatorOf } from './operators/operatorOf';
export { functionMap, type FunctionMapOptions } from './functionMap';

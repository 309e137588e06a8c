/**
 * The invertible pieces of a density: residual blocks, ActNorm, squeeze, affine maps, chains, base
 * distributions.
 *
 * A residual block x + g(x) is invertible when g is a contraction. You choose how its
 * log-determinant is estimated, and its inverse reports a bound of its error. Ten lines make a flow
 * of your own:
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng, functionMap } from '@iresnet/core';
 * import { actNorm, chain, flow, residualBlock, standardNormal } from '@iresnet/flows';
 *
 * // Any contraction is a residual branch. @iresnet/lipschitz has layers that learn,
 * // @iresnet/logdet has estimators for any Jacobian; this one is diagonal.
 * const branch = functionMap((x) => tf.mul(0.5, tf.tanh(x)), { lipschitz: 0.5 });
 * const block = residualBlock(branch, {
 *   logDet: (a, shape) => tf.sum(tf.log1p(a.matvec(tf.ones([...shape]))), 1),
 * });
 * const density = flow(chain(actNorm([2]), block), standardNormal([2]));
 *
 * const rng = createRng(1);
 * density.logProb(rng.normal([8, 2]), rng).print(); // nats
 * const { value, errorBound } = density.decode(rng.normal([5, 2])); // each row with an error bound
 * console.log(value.shape, Math.max(...errorBound) < 1e-4);
 * ```
 *
 * @packageDocumentation
 */
export { residualBlock, type ResidualBlock, type ResidualBlockOptions } from './residualBlock';
export { actNorm } from './actNorm';
export { affine, standardize } from './affine';
export { chain, type Chain } from './chain';
export { invert } from './invert';
export { logit } from './logit';
export { squeeze, type SqueezeOptions } from './squeeze';
export { injectivePad } from './injectivePad';
export { maskedAffine, maskedNormal } from './maskedParts';
export { multiScale, type Scale } from './multiScale';
export type { BaseDistribution } from './bases/base';
export { diagonalNormal, standardNormal } from './bases/normal';
export { maskedMixture, type MaskedMixtureOptions } from './bases/maskedMixture';
export { mixture, type Mixture, type MixtureOptions } from './bases/mixture';
export { studentT, type StudentTOptions } from './bases/studentT';
export { linear, type LinearOptions } from './linear';
export { whiten, whitening, type Whitening, type WhiteningOptions } from './whiten';
export { flow, negativeLogLikelihood, type Decoded, type Flow, type SampleOptions } from './flow';
export { localBounds } from './localBounds';
export { closedFormReport, reportForward, reportInverse } from './report';
export {
  baseFromSpec,
  bases,
  transformFromSpec,
  transforms,
  type BaseName,
  type BaseOptions,
  type BaseSpec,
  type TransformName,
  type TransformOptions,
  type TransformSpec,
} from './spec';

/**
 * Spectral norms without a singular value decomposition: warm-started power iteration on any linear
 * operator (a lower bound, cheap enough for every training step) and Gram iteration (a certified
 * upper bound).
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { gramBound, powerIteration, rescale } from '@iresnet/spectral-norm';
 *
 * const rng = createRng(1);
 * const kernel = rng.normal([20, 30]);
 * const start = rng.normal([1, 30]);
 * const { sigma, u } = powerIteration(denseOperator(kernel), start); // keep u for the next start
 * const contractive = rescale(kernel, sigma, 0.9);
 * console.log(u.shape, gramBound(contractive)); // [ 1, 30 ] and a proof that the norm is about 0.9
 * ```
 *
 * @packageDocumentation
 */
export { powerIteration, type SingularTriple } from './powerIteration';
export type { PowerIterationOptions } from './iterationOptions';
export {
  subspaceIteration,
  subspaceValue,
  type SingularStart,
  type SingularSubspace,
} from './subspaceIteration';
export { singularValue } from './singularValue';
export { spectralNorm } from './spectralNorm';
export { rescale } from './rescale';
export { gramBound } from './gramBound';
export { convBoundAt } from './convBoundAt';
export { convBoundAnywhere, type ConvBoundAnywhereOptions } from './convBoundAnywhere';
export { circularConvBoundAt, type CircularConvBoundAtOptions } from './circularConvBoundAt';

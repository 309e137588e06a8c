/**
 * Invertible pieces and what a density is made of: residual blocks, ActNorm, affine maps, chains, base distributions.
 *
 * A residual block x + g(x) is invertible when g is a contraction; its log-determinant estimator is injected, its inverse reports an
 * error bound. Ten lines make a flow of your own:
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng, type LipschitzMap } from '@iresnet/core';
 * import { actNorm, chain, flow, residualBlock, standardNormal } from '@iresnet/flows';
 *
 * // g(x) = tanh(x)/2, a contraction with L = 1/2 and a diagonal Jacobian (@iresnet/lipschitz has real layers).
 * const slope = (x: tf.Tensor) => tf.mul(0.5, tf.sub(1, tf.square(tf.tanh(x))));
 * const g: LipschitzMap = {
 *   params: {}, dispose() {}, lipschitzBound: () => 0.5,
 *   apply: (x) => tf.mul(0.5, tf.tanh(x)),
 *   linearize(x) {
 *     const product = (v: tf.Tensor) => tf.mul(slope(x), v) as tf.Tensor;
 *     return { y: tf.mul(0.5, tf.tanh(x)), jacobian: { inShape: [2], outShape: [2], matvec: product, rmatvec: product } };
 *   },
 * };
 * const logDet = (a: unknown, like: tf.Tensor) => tf.sum(tf.log(tf.add(1, slope(like))), 1); // or one of @iresnet/logdet
 *
 * const density = flow(chain(actNorm([2]), residualBlock(g, { logDet })), standardNormal([2]));
 * const rng = createRng(1);
 * density.logProb(rng.normal([8, 2]), rng).print(); // nats
 * const { x, errorBound } = density.decode(rng.normal([5, 2])); // samples, each with a bound of its error
 * console.log(x.shape, Math.max(...errorBound) < 1e-4);
 * ```
 *
 * @packageDocumentation
 */
export { residualBlock, type ResidualBlock, type ResidualBlockOptions } from './residualBlock';
export { actNorm } from './actNorm';
export { affine, standardize } from './affine';
export { chain } from './chain';
export { invert } from './invert';
export { diagonalNormal, standardNormal, type BaseDistribution } from './base';
export { flow, type Flow } from './flow';
export type { InverseReport, ReportingBijector } from './bijector';

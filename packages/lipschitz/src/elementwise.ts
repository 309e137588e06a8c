import type { Tensor } from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { layeredMap } from './layers';

/** σ and its first two derivatives, elementwise. Run untaped; a later member may use what an earlier one computed. */
export interface ActivationFormula {
  /** σ(x). */
  value(x: Tensor): Tensor;
  /** σ′(x), with y = σ(x). */
  slope(x: Tensor, y: Tensor): Tensor;
  /** σ″(x), with y = σ(x) and s = σ′(x). Left out when σ″ = 0 almost everywhere. */
  curvature?(x: Tensor, y: Tensor, s: Tensor): Tensor;
  /** sup |σ′|, exact or rounded up. */
  readonly lipschitz: number;
}

/**
 * x ↦ σ(x), elementwise, as a Lipschitz map, from σ, σ′ and σ″.
 *
 * σ and σ′ become ops of their own whose gradients are σ′ and σ″: TensorFlow.js differentiates its own tanh, sigmoid, elu and
 * exp wrongly or not at all the second time, and here nothing is differentiated twice. The Jacobian is diagonal.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { elementwise } from '@iresnet/lipschitz';
 *
 * const atan = elementwise({
 *   value: (x) => tf.atan(x),
 *   slope: (x) => tf.reciprocal(tf.add(1, tf.square(x))),
 *   curvature: (x, _y, s) => tf.mul(-2, tf.mul(x, tf.square(s))),
 *   lipschitz: 1,
 * });
 * atan.apply(tf.tensor2d([[0, 1]])).print();
 * ```
 */
export function elementwise(formula: ActivationFormula): LipschitzMap {
  return layeredMap([{ kind: 'elementwise', formula }], {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => formula.lipschitz,
  });
}

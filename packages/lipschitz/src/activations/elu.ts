import { elu as tfElu, neg, relu, step, sub } from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { elementwise } from './elementwise';
import type { ActivationFormula } from './formula';

const formula: ActivationFormula = {
  value: (x) => tfElu(x),
  // y = eˣ − 1 below zero, so σ′ = 1 + min(y, 0) without a second exponential.
  slope: (_x, y) => sub(1, relu(neg(y))),
  curvature: (x, _y, s) => sub(s, step(x)),
  exact: (x) => (x > 0 ? x : Math.expm1(x)),
  smoothness: 1,
  lipschitz: 1,
};

/**
 * ELU: σ(x) = x for x > 0, eˣ − 1 otherwise. Its Lipschitz constant is 1.
 *
 * σ′ is continuous, which the gradient of a log-determinant needs. It is the activation of the
 * i-ResNet paper.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { elu } from '@iresnet/lipschitz';
 *
 * elu().apply(tf.tensor2d([[-1, 0, 2]])).print(); // [[-0.632, 0, 2]]
 * ```
 *
 * @see Clevert et al. (arXiv 1511.07289); Behrmann et al. (arXiv 1811.00995).
 */
export function elu(): LipschitzMap {
  return elementwise(formula);
}

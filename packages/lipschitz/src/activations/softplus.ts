import { mul, sigmoid, softplus as tfSoftplus, sub } from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { elementwise } from './elementwise';
import type { ActivationFormula } from './formula';

const formula: ActivationFormula = {
  value: (x) => tfSoftplus(x),
  slope: (x) => sigmoid(x),
  curvature: (_x, _y, s) => mul(s, sub(1, s)),
  exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  smoothness: 0.25,
  lipschitz: 1,
};

/**
 * Softplus: σ(x) = ln(1 + eˣ), σ′ = sigmoid(x). Its Lipschitz constant is 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { softplus } from '@iresnet/lipschitz';
 *
 * softplus().apply(tf.tensor2d([[0]])).print(); // [[0.693]]
 * ```
 */
export function softplus(): LipschitzMap {
  return elementwise(formula);
}

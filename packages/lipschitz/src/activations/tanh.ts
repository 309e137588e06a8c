import { mul, square, sub, tanh as tfTanh } from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { elementwise } from './elementwise';
import type { ActivationFormula } from './formula';

const formula: ActivationFormula = {
  value: (x) => tfTanh(x),
  slope: (_x, y) => sub(1, square(y)),
  curvature: (_x, y, s) => mul(-2, mul(y, s)),
  exact: Math.tanh,
  smoothness: 0.7699, // 4/√27
  lipschitz: 1,
};

/**
 * tanh: σ′ = 1 − tanh². Its Lipschitz constant is 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { tanh } from '@iresnet/lipschitz';
 *
 * tanh().apply(tf.tensor2d([[0, 1]])).print(); // [[0, 0.762]]
 * ```
 */
export function tanh(): LipschitzMap {
  return elementwise(formula);
}

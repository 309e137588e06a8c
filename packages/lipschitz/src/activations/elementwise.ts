import type { LipschitzMap } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import { layeredMap } from '../layers';
import type { ActivationFormula } from './formula';

/**
 * x ↦ σ(x), elementwise, as a Lipschitz map, from σ, σ′ and σ″.
 *
 * σ and σ′ become ops of their own, whose gradients are σ′ and σ″. TensorFlow.js gets the second
 * derivatives of its own tanh, sigmoid, elu and exp wrong, or throws; here nothing is
 * differentiated twice. The Jacobian is diagonal.
 *
 * @param formula - σ, σ′, σ″ and sup |σ′|. Use ops that read their argument only.
 * @returns A map without parameters, for examples of any shape. A product costs one multiplication
 * per value.
 * @throws IResNetError when a member is missing.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
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
  const { value, slope, lipschitz } = (formula ?? {}) as Partial<ActivationFormula>;
  ensure(
    typeof value === 'function' && typeof slope === 'function' && lipschitz! >= 0,
    'lipschitz.elementwise',
    () => `expected a formula with value(x), slope(x, y) and lipschitz, got ${described(formula)}`,
  );
  return layeredMap([{ kind: 'elementwise', formula }], {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => formula.lipschitz,
  });
}

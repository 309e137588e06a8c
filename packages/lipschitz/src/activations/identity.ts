import { identityOperator, type LipschitzMap } from '@iresnet/core';

/**
 * x ↦ x as a map, for a place that wants an activation. Its Lipschitz constant is 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { identity } from '@iresnet/lipschitz';
 *
 * identity().apply(tf.tensor2d([[1, 2]])).print(); // [[1, 2]]
 * ```
 */
export function identity(): LipschitzMap {
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply: (x) => x.clone(),
    linearize: (x) => ({ y: x.clone(), jacobian: identityOperator(x.shape.slice(1)) }),
  };
}

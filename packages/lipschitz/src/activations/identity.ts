import type { Tensor } from '@tensorflow/tfjs-core';
import { identityOperator, type LipschitzMap } from '@iresnet/core';
import { checkTensor } from '@iresnet/core/internal';
import { exactly } from '../rounding';

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
  const apply = (x: Tensor): Tensor => {
    checkTensor('lipschitz.identity', 'x', x);
    return x.clone();
  };
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply,
    applyWithRounding: exactly(apply),
    onHost: (kit) => kit.identity,
    linearize: (x) => ({ y: apply(x), jacobian: identityOperator(x.shape.slice(1)) }),
  };
}

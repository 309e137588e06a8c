import { add, sub, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad } from '@iresnet/core';

/**
 * value + s − s with the last s constant: the value of one expression with the gradient of another,
 * s.
 *
 * The value of an estimate comes from products off the tape. Its gradient tr((I + A)⁻¹ dA) comes
 * from s = uᵀA w with w = (I + A)⁻¹u constant, so that one taped product is enough. tfjs has no
 * stop-gradient; `noGrad` is one.
 */
export function withGradient(value: Tensor, surrogate: Tensor): Tensor {
  return add(
    value,
    sub(
      surrogate,
      noGrad(() => surrogate.clone()),
    ),
  );
}

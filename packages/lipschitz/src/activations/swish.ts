import { add, mul, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { ActivationFormula } from './formula';

/** Swish without its scale, h(t) = t·sigmoid(t); sup |h′| = 1.09983932… */
export const swish: ActivationFormula & Required<Pick<ActivationFormula, 'exact' | 'smoothness'>> = {
  value: (t) => mul(t, sigmoid(t)),
  slope: (t, y) => swishSlope(t, y),
  // h″ = p(1 − p)(2 + t(1 − 2p)), p = sigmoid(t).
  curvature: (t) => {
    const p = sigmoid(t);
    return mul(mul(p, sub(1, p)), add(2, mul(t, sub(1, mul(2, p)))));
  },
  exact: (t) => t / (1 + Math.exp(-t)),
  smoothness: 0.5,
  lipschitz: 1.0998394,
};

/** h′ = p + h(1 − p). */
function swishSlope(t: Tensor, y: Tensor): Tensor {
  const p = sigmoid(t);
  return add(p, mul(y, sub(1, p)));
}

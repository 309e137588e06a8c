import {
  add,
  cos,
  div,
  elu as tfElu,
  mul,
  neg,
  relu as tfRelu,
  sigmoid,
  sin as tfSin,
  softplus as tfSoftplus,
  square,
  step,
  sub,
  tanh as tfTanh,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { identityOperator, type LipschitzMap } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { elementwise, type ActivationFormula } from './elementwise';

/**
 * ELU: σ(x) = x for x > 0, eˣ − 1 otherwise. Lipschitz constant 1; σ′ is continuous, which the gradient of a log-determinant needs.
 *
 * The activation of the i-ResNet paper (arXiv 1811.00995).
 */
export function elu(): LipschitzMap {
  return elementwise({
    value: (x) => tfElu(x),
    // y = eˣ − 1 below zero, so σ′ = 1 + min(y, 0) without a second exponential.
    slope: (_x, y) => sub(1, tfRelu(neg(y))),
    curvature: (x, _y, s) => sub(s, step(x)),
    lipschitz: 1,
  });
}

/** Softplus: σ(x) = ln(1 + eˣ), σ′ = sigmoid(x). Lipschitz constant 1. */
export function softplus(): LipschitzMap {
  return elementwise({
    value: (x) => tfSoftplus(x),
    slope: (x) => sigmoid(x),
    curvature: (_x, _y, s) => mul(s, sub(1, s)),
    lipschitz: 1,
  });
}

/** ReLU: σ(x) = max(x, 0), σ′(0) = 0. Lipschitz constant 1; σ″ = 0, so a log-determinant gives it no gradient through σ′. */
export function relu(): LipschitzMap {
  return elementwise({ value: (x) => tfRelu(x), slope: (x) => step(x), lipschitz: 1 });
}

/**
 * Leaky ReLU: σ(x) = x for x > 0, αx otherwise. Lipschitz constant max(1, |α|).
 *
 * @param alpha - α, default 0.2.
 */
export function leakyRelu(alpha = 0.2): LipschitzMap {
  return elementwise({
    value: (x) => add(mul(alpha, x), mul(1 - alpha, tfRelu(x))),
    slope: (x) => add(alpha, mul(1 - alpha, step(x))),
    lipschitz: Math.max(1, Math.abs(alpha)),
  });
}

/** tanh: σ′ = 1 − tanh². Lipschitz constant 1. */
export function tanh(): LipschitzMap {
  return elementwise({
    value: (x) => tfTanh(x),
    slope: (_x, y) => sub(1, square(y)),
    curvature: (_x, y, s) => mul(-2, mul(y, s)),
    lipschitz: 1,
  });
}

/**
 * Sine: σ(x) = sin(ωx)/ω, σ′ = cos(ωx). Lipschitz constant 1 for every ω.
 *
 * Its slope reaches ±1 everywhere along the axis, so that a contraction keeps more of its freedom than with one-sided activations.
 *
 * @param frequency - ω, default 1.
 * @see Lu et al., Implicit Normalizing Flows (arXiv 2103.09527).
 */
export function sin(frequency = 1): LipschitzMap {
  ensure(frequency > 0, 'lipschitz.sin', () => `expected a frequency > 0, got ${frequency}`);
  if (frequency === 1) {
    return elementwise({
      value: (x) => tfSin(x),
      slope: (x) => cos(x),
      curvature: (_x, y) => neg(y),
      lipschitz: 1,
    });
  }
  return elementwise({
    value: (x) => div(tfSin(mul(frequency, x)), frequency),
    slope: (x) => cos(mul(frequency, x)),
    curvature: (_x, y) => mul(-(frequency ** 2), y),
    lipschitz: 1,
  });
}

/** The identity as a map. Lipschitz constant 1. */
export function identity(): LipschitzMap {
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply: (x) => x.clone(),
    linearize: (x) => ({ y: x.clone(), jacobian: identityOperator(x.shape.slice(1)) }),
  };
}

/** Swish without its scale, h(t) = t·sigmoid(t); sup |h′| = 1.09983932… */
export const swish: ActivationFormula = {
  value: (t) => mul(t, sigmoid(t)),
  slope: (t, y) => swishSlope(t, y),
  // h″ = p(1 − p)(2 + t(1 − 2p)), p = sigmoid(t).
  curvature: (t) => {
    const p = sigmoid(t);
    return mul(mul(p, sub(1, p)), add(2, mul(t, sub(1, mul(2, p)))));
  },
  lipschitz: 1.0998394,
};

/** h′ = p + h(1 − p). */
function swishSlope(t: Tensor, y: Tensor): Tensor {
  const p = sigmoid(t);
  return add(p, mul(y, sub(1, p)));
}

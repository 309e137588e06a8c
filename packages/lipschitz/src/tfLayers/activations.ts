import {
  abs,
  add,
  clipByValue,
  div,
  erf,
  exp,
  minimum,
  mul,
  relu6 as tfRelu6,
  selu as tfSelu,
  sigmoid as tfSigmoid,
  sign,
  square,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { elementwise } from '../activations/elementwise';
import { elu } from '../activations/elu';
import { relu } from '../activations/relu';
import { softplus } from '../activations/softplus';
import { swish } from '../activations/swish';
import { tanh } from '../activations/tanh';

/** The activations of layers by the name that TensorFlow.js gives them; `linear` is none. */
export const tfActivations: Readonly<Record<string, (() => LipschitzMap) | null>> = {
  linear: null,
  relu,
  relu6: () => clippedRelu(6),
  elu,
  selu,
  tanh,
  sigmoid,
  hardSigmoid,
  softplus,
  softsign,
  swish: () => elementwise(swish),
  gelu,
};

/** min(max(x, 0), m). Lipschitz constant 1. */
export function clippedRelu(most: number): LipschitzMap {
  return elementwise({
    value: (x) => (most === 6 ? tfRelu6(x) : clipByValue(x, 0, most)),
    exact: (x) => Math.min(Math.max(x, 0), most),
    slope: (x) => mul(step(x), step(sub(most, x))),
    lipschitz: 1,
  });
}

/** 1/(1 + e⁻ˣ). Lipschitz constant ¼. */
function sigmoid(): LipschitzMap {
  return elementwise({
    value: (x) => tfSigmoid(x),
    slope: (_x, y) => mul(y, sub(1, y)),
    curvature: (_x, y, s) => mul(s, sub(1, mul(2, y))),
    exact: (x) => 1 / (1 + Math.exp(-x)),
    lipschitz: 1 / 4,
  });
}

/** x/5 + ½ between 0 and 1. Lipschitz constant ⅕. */
function hardSigmoid(): LipschitzMap {
  return elementwise({
    value: (x) => clipByValue(add(mul(0.2, x), 0.5), 0, 1),
    slope: (x) => mul(0.2, mul(step(add(x, 2.5)), step(sub(2.5, x)))),
    exact: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
    // 0.2 in float32 is a little more.
    lipschitz: 0.2 * (1 + 2 ** -23),
  });
}

/** x/(1 + |x|). Lipschitz constant 1. */
function softsign(): LipschitzMap {
  const shrunk = (x: Tensor) => div(1, add(1, abs(x)));
  return elementwise({
    value: (x) => mul(x, shrunk(x)),
    slope: (x) => square(shrunk(x)),
    curvature: (x, _y, s) => mul(-2, mul(sign(x), mul(s, shrunk(x)))),
    exact: (x) => x / (1 + Math.abs(x)),
    lipschitz: 1,
  });
}

/** λx above zero, λα(eˣ − 1) below: σ′ is largest at 0 from below, λα. */
function selu(): LipschitzMap {
  const [lambda, alpha] = [1.0507009873554805, 1.6732632423543772];
  /** σ′ below zero. */
  const below = (y: Tensor) => add(minimum(y, 0), lambda * alpha);
  return elementwise({
    value: (x) => tfSelu(x),
    slope: (x, y) => add(mul(lambda, step(x)), mul(sub(1, step(x)), below(y))),
    curvature: (x, y) => mul(sub(1, step(x)), below(y)),
    exact: (x) => lambda * (x > 0 ? x : alpha * Math.expm1(x)),
    lipschitz: lambda * alpha * (1 + 2 ** -22),
  });
}

/**
 * xΦ(x) with the distribution function Φ of the standard normal: σ′ = Φ(x) + xφ(x) is largest at
 * √2, 1.128904145…
 */
function gelu(): LipschitzMap {
  const distribution = (x: Tensor) => mul(0.5, add(1, erf(mul(Math.SQRT1_2, x))));
  const density = (x: Tensor) => mul(1 / Math.sqrt(2 * Math.PI), exp(mul(-0.5, square(x))));
  return elementwise({
    value: (x) => mul(x, distribution(x)),
    slope: (x) => add(distribution(x), mul(x, density(x))),
    curvature: (x) => mul(density(x), sub(2, square(x))),
    lipschitz: 1.1289042,
  });
}

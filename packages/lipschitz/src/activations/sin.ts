import { cos, div, mul, neg, sin as tfSin } from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import { isOrdinary } from '../positiveOf';
import { elementwise } from './elementwise';
import type { ActivationFormula } from './formula';

const plain: ActivationFormula = {
  value: (x) => tfSin(x),
  slope: (x) => cos(x),
  curvature: (_x, y) => neg(y),
  exact: Math.sin,
  smoothness: 1,
  lipschitz: 1,
};

/**
 * Sine: σ(x) = sin(ωx)/ω, σ′ = cos(ωx). Its Lipschitz constant is 1 for every ω.
 *
 * The slope reaches ±1 everywhere along the axis. So a contraction keeps more of its freedom than
 * with one-sided activations.
 *
 * @param frequency - ω from 2⁻³⁰ to 2³⁰: beyond, ωx or 1/ω leaves the range of float32. Default 1.
 * @throws IResNetError when ω is not such a number.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { sin } from '@iresnet/lipschitz';
 *
 * sin(2).apply(tf.tensor2d([[Math.PI / 4]])).print(); // [[0.5]]
 * ```
 *
 * @see Lu et al., Implicit Normalizing Flows (arXiv 2103.09527).
 */
export function sin(frequency = 1): LipschitzMap {
  ensure(
    frequency > 0 && isOrdinary(frequency),
    'lipschitz.sin',
    () => `expected a frequency from 2⁻³⁰ to 2³⁰, got ${described(frequency)}`,
  );
  if (frequency === 1) {
    return elementwise(plain);
  }
  return elementwise({
    value: (x) => div(tfSin(mul(frequency, x)), frequency),
    slope: (x) => cos(mul(frequency, x)),
    curvature: (_x, y) => mul(-(frequency ** 2), y),
    exact: (x) => Math.sin(frequency * x) / frequency,
    smoothness: frequency,
    lipschitz: 1,
  });
}

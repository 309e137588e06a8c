import { add, mul, relu as tfRelu, step } from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import { isOrdinary } from '../positiveOf';
import { elementwise } from './elementwise';

/**
 * ReLU: σ(x) = max(x, 0), with σ′(0) = 0. Its Lipschitz constant is 1.
 *
 * σ″ is 0, so a log-determinant sends no gradient back through σ′.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { relu } from '@iresnet/lipschitz';
 *
 * relu().apply(tf.tensor2d([[-1, 2]])).print(); // [[0, 2]]
 * ```
 */
export function relu(): LipschitzMap {
  return elementwise({
    value: (x) => tfRelu(x),
    slope: (x) => step(x),
    exact: (x) => Math.max(x, 0),
    lipschitz: 1,
  });
}

/**
 * Leaky ReLU: σ(x) = x for x > 0, αx otherwise. Its Lipschitz constant is max(1, |α|).
 *
 * @param alpha - α: 0, or a number of either sign whose size is from 2⁻³⁰ to 2³⁰. Default 0.2.
 * @throws IResNetError when α is not such a number.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { leakyRelu } from '@iresnet/lipschitz';
 *
 * leakyRelu(0.1).apply(tf.tensor2d([[-1, 2]])).print(); // [[-0.1, 2]]
 * ```
 */
export function leakyRelu(alpha = 0.2): LipschitzMap {
  ensure(
    alpha === 0 || isOrdinary(alpha),
    'lipschitz.leakyRelu',
    () => `expected an alpha of 0 or of a size from 2⁻³⁰ to 2³⁰, got ${described(alpha)}`,
  );
  return elementwise({
    value: (x) => add(mul(alpha, x), mul(1 - alpha, tfRelu(x))),
    slope: (x) => add(alpha, mul(1 - alpha, step(x))),
    exact: (x) => (x > 0 ? x : alpha * x),
    lipschitz: Math.max(1, Math.abs(alpha)),
  });
}

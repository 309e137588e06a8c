import { add, mul, sub, tidy, type Tensor1D } from '@tensorflow/tfjs-core';

/**
 * One step of an exponential moving average: a ← a + (1 − δ)(w − a).
 *
 * @param average - a, `[P]`.
 * @param params - w, `[P]`.
 * @param decay - δ in [0, 1).
 * @returns The new average, `[P]`. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { ema } from '@iresnet/training';
 *
 * ema(tf.tensor1d([0, 1]), tf.tensor1d([10, 1]), 0.9).print(); // [1, 1]
 * ```
 */
export function ema(average: Tensor1D, params: Tensor1D, decay: number): Tensor1D {
  return tidy(() => add(average, mul(sub(params, average), 1 - decay)));
}

/**
 * δₜ = min(δ, (1 + t)/(10 + t)) after t updates. A young average forgets its first weights faster,
 * so that a short run is not dominated by its beginning.
 */
export function emaDecayAt(decay: number, updates: number): number {
  return Math.min(decay, (1 + updates) / (10 + updates));
}

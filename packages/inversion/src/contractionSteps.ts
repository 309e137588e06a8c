import { clone, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad } from '@iresnet/core';
import { checkTensor, described, ensure } from '@iresnet/core/internal';

/**
 * n = ⌈ln ratio / ln L⌉: the number of Picard steps after which the distance to the fixed point has
 * shrunk by `ratio`, for every map with Lipschitz constant L and every start (Banach).
 *
 * @param lipschitz - L in [0, 1).
 * @param ratio - ‖xₙ − x*‖ / ‖x₀ − x*‖ in (0, 1], for instance 1e-5.
 * @throws IResNetError when either lies outside.
 *
 * @example
 * ```ts
 * import { contractionSteps } from '@iresnet/inversion';
 *
 * console.log(contractionSteps(0.9, 1e-5)); // 110
 * ```
 */
export function contractionSteps(lipschitz: number, ratio: number): number {
  const where = 'inversion.contractionSteps';
  ensure(lipschitz >= 0 && lipschitz < 1, where, () => `expected 0 ≤ lipschitz < 1, got ${lipschitz}`);
  ensure(ratio > 0 && ratio <= 1, where, () => `expected 0 < ratio ≤ 1, got ${ratio}`);
  if (ratio === 1) return 0;
  if (lipschitz === 0) return 1;
  // The slack keeps exact powers (0.5⁴ = 0.0625) from being rounded up to one step more.
  return Math.ceil(Math.log(ratio) / Math.log(lipschitz) - 1e-9);
}

/**
 * xₙ = f(f(… f(x₀))): n Picard steps and nothing else. It computes no residual and reads nothing
 * back from the device; {@link contractionSteps} says how many steps a given accuracy needs.
 *
 * @param f - `[B, ...event] → [B, ...event]`.
 * @param x0 - x₀, `[B, ...event]`.
 * @param steps - n ≥ 0.
 * @returns xₙ, a constant for an enclosing gradient. The caller owns it. It costs n evaluations of
 * f.
 * @throws IResNetError when n is not a count or x₀ is not a living tensor of float32.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { contractionSteps, fixedPointSteps } from '@iresnet/inversion';
 *
 * // Invert y = x + sin(x) / 2 without reading back.
 * const y = tf.tensor2d([[1], [2]]);
 * const f = (x: tf.Tensor) => tf.sub(y, tf.mul(tf.sin(x), 0.5));
 * const x = fixedPointSteps(f, y, contractionSteps(0.5, 1e-7));
 * tf.add(x, tf.mul(tf.sin(x), 0.5)).print(); // 1 and 2
 * ```
 */
export function fixedPointSteps(f: (x: Tensor) => Tensor, x0: Tensor, steps: number): Tensor {
  const where = 'inversion.fixedPointSteps';
  ensure(typeof f === 'function', where, () => `expected a function, got ${described(f)}`);
  checkTensor(where, 'x0', x0);
  ensure(
    Number.isInteger(steps) && steps >= 0,
    where,
    () => `expected an integer number of steps ≥ 0, got ${steps}`,
  );
  return noGrad(() =>
    tidy(() => {
      let x = clone(x0);
      for (let k = 0; k < steps; k++) {
        const last = x;
        x = tidy(() => clone(f(last)));
        last.dispose();
      }
      return x;
    }),
  );
}

import type { Tensor } from '@tensorflow/tfjs-core';
import { readAsync, readSync } from './drive';
import { flatMap, type MapOrFunction } from './flatMap';
import { iterate } from './iterate';
import type { FixedPointOptions, FixedPointResult } from './result';

/**
 * Solve x = f(x) for every sample of a batch.
 *
 * With a Lipschitz constant L < 1 of f the solution exists, is unique, and what is left of the error is known:
 * ‖x − x*‖ ≤ (L·‖f(x′) − x′‖ + ρ)/(1 − L), where x = f(x′) and ρ is the rounding of float32. A sample is finished when that bound,
 * or without L the residual, is at most atol + rtol·‖x‖; when it is not finite; or when its residual has reached no new minimum in
 * 32 steps, which is what rounding looks like, and what a map looks like that is no contraction. A finished sample keeps its value.
 * No sample depends on the others in its batch.
 *
 * @param f - `[B, ...event] → [B, ...event]`, each row by itself; a map with `linearize` for {@link newtonGmres}.
 * @param x0 - x₀, `[B, ...event]`. An empty batch gives an empty result.
 * @param options - Solver, L, tolerances, cap.
 * @returns What was found; the caller owns `value`, which is a constant for an enclosing gradient. Cost: `evaluations` calls of f and one
 * reading of `[2, B]` numbers for each check.
 * @throws IResNetError of kind `argument` when L is not in [0, 1) or an option is out of range; of kind `not-converged` when
 * a sample did not converge, unless `onFailure` is `'return'`. Its `context` holds the result without the value.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fixedPoint } from '@iresnet/inversion';
 *
 * const c = tf.tensor2d([[1], [2]]);
 * const { value, errorBound, steps } = fixedPoint((x) => tf.add(tf.mul(tf.sin(x), 0.5), c), c, { lipschitz: 0.5 });
 * value.print(); // x = sin(x) / 2 + c
 * console.log(steps, errorBound);
 * ```
 */
export function fixedPoint(f: MapOrFunction, x0: Tensor, options: FixedPointOptions = {}): FixedPointResult {
  return readSync(solve('inversion.fixedPoint', f, x0, options));
}

/**
 * {@link fixedPoint} with asynchronous readings, for backends on which a blocking one is slow or impossible (webgl, webgpu). `x0`
 * and what f uses must stay alive until the promise settles.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fixedPointAsync } from '@iresnet/inversion';
 *
 * const { value } = await fixedPointAsync((x) => tf.cos(x), tf.zeros([1, 1]), { checkEvery: 4 });
 * value.print(); // 0.739085
 * ```
 */
export function fixedPointAsync(
  f: MapOrFunction,
  x0: Tensor,
  options: FixedPointOptions = {},
): Promise<FixedPointResult> {
  return readAsync(solve('inversion.fixedPointAsync', f, x0, options));
}

function solve(name: string, f: MapOrFunction, x0: Tensor, options: FixedPointOptions) {
  return iterate({ name, f: flatMap(name, f, x0.shape), x0 }, options);
}

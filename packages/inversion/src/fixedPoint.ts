import type { Tensor } from '@tensorflow/tfjs-core';
import { checkTensor } from '@iresnet/core/internal';
import { flatMap, type MapOrFunction } from './flatMap';
import { iterate } from './iterate';
import type { FixedPointOptions } from './options';
import { readAsync, readSync } from './readback';
import type { FixedPointResult } from './result';

/**
 * Solve x = f(x) for every sample of a batch.
 *
 * With a Lipschitz constant L < 1 of f the solution exists, is unique, and the remaining error is
 * bounded: ‖x − x*‖ ≤ (L·‖f(x′) − x′‖ + ρ)/(1 − L), where x = f(x′) and ρ = 2⁻²³·‖x‖ stands for the
 * rounding of f. A sample is finished when that number, or without L the residual, is at most
 * atol + rtol·‖x‖; when it is not finite; or when its residual has reached no new minimum in 32
 * steps. The rounding inside a bare function is not known, so the bound is then an estimate. A map
 * with `applyWithRounding` is evaluated once more at the solution, and the bound is proven.
 * Rounding stops a solve like that, and so does a map that is not a contraction. A finished sample
 * keeps its value. No sample depends on the others in its batch.
 *
 * The promise of L is checked against the evaluations that the solver makes anyway: when f moves
 * two successive points apart by more than L allows, beyond rounding, the promise is refuted.
 *
 * @param f - `[B, ...event] → [B, ...event]`, each row by itself; a map with `linearize` for
 * {@link newtonGmres}.
 * @param x0 - x₀, `[B, ...event]`. An empty batch gives an empty result.
 * @param options - Solver, L, tolerances, cap.
 * @returns The solution and how well it is known. The caller owns `value`, which is a constant for
 * an enclosing gradient. It costs `evaluations` calls of f and one readback of at most `[5, B]`
 * numbers for each check.
 * @throws IResNetError of kind `argument` when L is not in [0, 1), when an option is unknown or out
 * of range, or when the evaluations refute L; of kind `not-converged` when a sample did not
 * converge. With `onFailure: 'return'` the last two are outcomes instead. The `context` of the
 * error holds the result without the value.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fixedPoint } from '@iresnet/inversion';
 *
 * const c = tf.tensor2d([[1], [2]]);
 * const f = (x: tf.Tensor) => tf.add(tf.mul(tf.sin(x), 0.5), c);
 * const { value, errorBound, steps } = fixedPoint(f, c, { lipschitz: 0.5 });
 * value.print(); // x = sin(x) / 2 + c
 * console.log(steps, errorBound);
 * ```
 */
export function fixedPoint(f: MapOrFunction, x0: Tensor, options: FixedPointOptions = {}): FixedPointResult {
  const name = 'inversion.fixedPoint';
  return readSync(name, solve(name, f, x0, options));
}

/**
 * {@link fixedPoint} with asynchronous readbacks, for backends on which a blocking one is slow or
 * impossible (webgl, webgpu). `x0` and the tensors that f uses must stay alive until the promise
 * settles.
 *
 * @throws IResNetError as `fixedPoint` does, as a rejection.
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
export async function fixedPointAsync(
  f: MapOrFunction,
  x0: Tensor,
  options: FixedPointOptions = {},
): Promise<FixedPointResult> {
  const name = 'inversion.fixedPointAsync';
  return await readAsync(name, solve(name, f, x0, options));
}

function solve(name: string, f: MapOrFunction, x0: Tensor, options: FixedPointOptions) {
  checkTensor(name, 'x0', x0);
  return iterate({ name, f: flatMap(name, f, x0.shape), x0 }, options);
}

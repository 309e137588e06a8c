import { add, mul, neg, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkTensor, lengthsAbove, unitRoundoff } from '@iresnet/core/internal';
import { flatMap, type FlatMap, type MapOrFunction } from './flatMap';
import { iterate } from './iterate';
import type { FixedPointOptions } from './options';
import { readAsync, readSync } from './readback';
import type { FixedPointResult } from './result';

/**
 * Solve y = x + g(x) for x: the inverse of a residual block, as the fixed point of f(x) = y − g(x)
 * from x₀ = y.
 *
 * {@link fixedPoint} says which error is bounded, when a sample is finished, how a promised
 * constant is checked and which errors are thrown. Tolerance and rounding are relative to max(‖x‖,
 * ‖y‖), since x is the difference of numbers as large as y.
 *
 * Where g knows its rounding, as the maps of `@iresnet/lipschitz` do, `errorBound` is proven:
 * ‖x − x*‖ ≤ (‖y − x − g(x)‖ + ε)/(1 − L), with the residual at the x that is returned, and ε the
 * rounding of g and of the residual there. x* is the solution in exact arithmetic.
 *
 * @param g - `[B, ...event] → [B, ...event]`, each row by itself; a map with `linearize` for
 * {@link newtonGmres}.
 * @param y - `[B, ...event]`.
 * @param options - Solver, tolerances, cap; `lipschitz` is that of g.
 * @returns x and how well it is known. The caller owns `value`.
 * @throws IResNetError as `fixedPoint` does.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { invertResidual } from '@iresnet/inversion';
 *
 * const g = (x: tf.Tensor) => tf.mul(tf.tanh(x), 0.9);
 * const x = tf.tensor2d([[0.5, -1], [2, 0]]);
 * const y = tf.add(x, g(x));
 * const { value, converged } = invertResidual(g, y, { lipschitz: 0.9 });
 * console.log(tf.max(tf.abs(tf.sub(value, x))).arraySync(), converged);
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks, arXiv:1811.00995.
 */
export function invertResidual(
  g: MapOrFunction,
  y: Tensor,
  options: FixedPointOptions = {},
): FixedPointResult {
  const name = 'inversion.invertResidual';
  return readSync(name, solve(name, g, y, options));
}

/**
 * {@link invertResidual} with asynchronous readbacks. `y` and the parameters of g must stay alive
 * until the promise settles.
 *
 * @throws IResNetError as `fixedPoint` does, as a rejection.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { invertResidualAsync } from '@iresnet/inversion';
 *
 * const y = tf.tensor2d([[1.5, -1]]);
 * const g = (x: tf.Tensor) => tf.mul(tf.sin(x), 0.5);
 * const { value } = await invertResidualAsync(g, y, { lipschitz: 0.5 });
 * value.print();
 * ```
 */
export async function invertResidualAsync(
  g: MapOrFunction,
  y: Tensor,
  options: FixedPointOptions = {},
): Promise<FixedPointResult> {
  const name = 'inversion.invertResidualAsync';
  return await readAsync(name, solve(name, g, y, options));
}

function solve(name: string, g: MapOrFunction, y: Tensor, options: FixedPointOptions) {
  checkTensor(name, 'y', y);
  return iterate({ name, f: remainder(flatMap(name, g, y.shape), y), x0: y, scale: y }, options);
}

/** f(x) = y − g(x). */
function remainder(g: FlatMap, y: Tensor): FlatMap {
  const minus = (gx: Tensor): Tensor => sub(reshape(y, gx.shape), gx);
  const { linearize, rounded } = g;
  return {
    apply: (x) => minus(g.apply(x)),
    ...(linearize && {
      linearize(x: Tensor) {
        const { fx, product } = linearize(x);
        return { fx: minus(fx), product: (v: Tensor) => neg(product(v)) };
      },
    }),
    ...(rounded && {
      rounded(x: Tensor) {
        const { fx: gx, rounding } = rounded(x);
        const fx = minus(gx);
        // The difference is rounded once more.
        return { fx, rounding: add(rounding, mul(unitRoundoff(), lengthsAbove(fx))) };
      },
    }),
    get evaluations() {
      return g.evaluations;
    },
  };
}

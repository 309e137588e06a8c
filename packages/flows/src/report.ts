import type { Bijector, InverseReport } from '@iresnet/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * F⁻¹(y) with a bound of its error: the bijector's own report, or, where it gives none, its inverse
 * with the bound Infinity.
 *
 * @param bijector - F.
 * @param y - `[B, ...event]`.
 * @param yError - `[B]`: how far y may itself be from the truth, 0 by default.
 * @returns The report. The caller owns `value`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { affine, reportInverse } from '@iresnet/flows';
 *
 * const { value, errorBound } = reportInverse(affine([2], [1]), tf.tensor2d([[5]]), [0.1]);
 * value.print(); // [[2]]
 * console.log(errorBound); // [ 0.05 ]: the inverse halves what y was off
 * ```
 */
export function reportInverse(bijector: Bijector, y: Tensor, yError?: ArrayLike<number>): InverseReport {
  if (bijector.inverseWithReport) return bijector.inverseWithReport(y, yError);
  const unknown = () => new Array<number>(y.shape[0]!).fill(Infinity);
  return {
    value: bijector.inverse(y),
    errorBound: unknown(),
    solveBound: unknown(),
    converged: new Array<boolean>(y.shape[0]!).fill(true),
    evaluations: 0,
  };
}

/**
 * The report of an inverse in closed form: the error of y, times the Lipschitz constant of F⁻¹.
 * What a bijector of your own returns from `inverseWithReport` when it solves nothing.
 *
 * @param value - x = F⁻¹(y), `[B, ...event]`.
 * @param yError - `[B]`: how far y may be from the truth; undefined means 0.
 * @param lipschitz - A Lipschitz constant of F⁻¹; Infinity where none is known.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { closedFormReport } from '@iresnet/flows';
 *
 * const y = tf.tensor2d([[4], [8]]);
 * const { errorBound } = closedFormReport(tf.mul(0.5, y), [0, 0.2], 0.5);
 * console.log(errorBound); // [ 0, 0.1 ]
 * ```
 */
export function closedFormReport(
  value: Tensor,
  yError: ArrayLike<number> | undefined,
  lipschitz: number,
): InverseReport {
  const batch = value.shape[0]!;
  return {
    value,
    // Without an error of y there is none to magnify, whatever the constant.
    errorBound: Array.from({ length: batch }, (_, i) => (yError?.[i] ? lipschitz * yError[i] : 0)),
    solveBound: new Array<number>(batch).fill(0),
    converged: new Array<boolean>(batch).fill(true),
    evaluations: 0,
  };
}

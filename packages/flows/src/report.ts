import {
  eventSize,
  type Bijector,
  type BoundKind,
  type ForwardReport,
  type InverseReport,
  type ReportOptions,
} from '@iresnet/core';
import { lengthsAbove, readBounds } from '@iresnet/core/internal';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';

/**
 * F⁻¹(y) with a bound of its error: the bijector's own report, or, where it gives none, its inverse
 * with the bound Infinity.
 *
 * @param bijector - F.
 * @param y - `[B, ...event]`.
 * @param yError - `[B]`: how far y may itself be from the truth, 0 by default.
 * @param options - `local` bounds are closer, and cost more.
 * @returns The report. The caller owns `value`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { affine, reportInverse } from '@iresnet/flows';
 *
 * const { value, errorBound } = reportInverse(affine([2], [1]), tf.tensor2d([[5]]), [0.1]);
 * value.print(); // [[2]]
 * console.log(errorBound); // [ 0.0500004 ]: half of what y was off, and the rounding
 * ```
 */
export function reportInverse(
  bijector: Bijector,
  y: Tensor,
  yError?: ArrayLike<number>,
  options?: ReportOptions,
): InverseReport {
  if (bijector.inverseWithReport) return bijector.inverseWithReport(y, yError, options);
  return closedFormReport(bijector.inverse(y), yError, Infinity);
}

/**
 * F(x) with a bound of its rounding: the bijector's own report, or, where it gives none, its value
 * with the bound Infinity.
 *
 * @param bijector - F.
 * @param x - `[B, ...event]`.
 * @param xError - `[B]`: how far x may itself be from the truth, 0 by default.
 * @param options - `local` bounds are closer, and cost more.
 * @returns The report. The caller owns `value`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { reportForward, standardize } from '@iresnet/flows';
 *
 * const { errorBound } = reportForward(standardize([1000], [0.01]), tf.tensor2d([[1000.02]]));
 * console.log(errorBound); // some 0.01: float32 holds few digits beside an offset of 1e5 deviations
 * ```
 */
export function reportForward(
  bijector: Bijector,
  x: Tensor,
  xError?: ArrayLike<number>,
  options?: ReportOptions,
): ForwardReport {
  if (bijector.forwardWithReport) return bijector.forwardWithReport(x, xError, options);
  const errorBound = new Array<number>(x.shape[0]!).fill(Infinity);
  return { value: bijector.forward(x), errorBound, boundKind: 'estimated' };
}

/**
 * The report of an inverse in closed form: the error of y, times the Lipschitz constant of F⁻¹,
 * plus the rounding of the inverse itself. A bijector of your own returns it from
 * `inverseWithReport` when it solves nothing.
 *
 * @param value - x = F⁻¹(y) as computed, `[B, ...event]`.
 * @param yError - `[B]`: how far y may be from the truth; undefined means 0.
 * @param lipschitz - A Lipschitz constant of F⁻¹; Infinity where none is known.
 * @param rounding - `[B]`: a bound of the distance from `value` to the exact F⁻¹(y) in the 2-norm,
 * or one number for all. Left out, it is not known, and the bound is Infinity and not proven.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { closedFormReport } from '@iresnet/flows';
 *
 * const y = tf.tensor2d([[4], [8]]);
 * const half = tf.mul(0.5, y); // a power of two: exact
 * console.log(closedFormReport(half, [0, 0.2], 0.5, 0).errorBound); // [ 0, 0.1 ]
 * ```
 */
export function closedFormReport(
  value: Tensor,
  yError: ArrayLike<number> | undefined,
  lipschitz: number,
  rounding?: number | ArrayLike<number>,
): InverseReport {
  const batch = value.shape[0]!;
  const own = Array.from({ length: batch }, (_, i) =>
    typeof rounding === 'object' ? rounding[i]! : (rounding ?? Infinity),
  );
  return {
    value,
    errorBound: own.map((error, i) => carried(error, lipschitz, yError?.[i])),
    boundKind: rounding === undefined ? 'estimated' : 'proven',
    solveBound: new Array<number>(batch).fill(0),
    // What became NaN or infinite has no rounding that is finite.
    converged: own.map((error) => rounding === undefined || error < Infinity),
    evaluations: 0,
  };
}

/** The report of a map that only moves values: it rounds nothing and keeps lengths. */
export function movedReport(value: Tensor, xError: ArrayLike<number> | undefined): ForwardReport {
  const errorBound = Array.from({ length: value.shape[0]! }, (_, i) => xError?.[i] ?? 0);
  return { value, errorBound, boundKind: 'proven' };
}

/**
 * A rounding and the error of an input that is magnified by L; without one there is none to
 * magnify.
 */
export function carried(rounding: number, lipschitz: number, error: number | undefined): number {
  if (rounding === 0 && lipschitz === 1) return error ?? 0;
  // A little more for the sum and the product in float64.
  return error ? (rounding + lipschitz * error) * (1 + 2 ** -50) : rounding;
}

/** `[B]`: bounds of ‖x‖ for each example, on the host; Infinity where x is not finite. */
export function sizesOf(x: Tensor): number[] {
  const sizes = tidy(() => lengthsAbove(x));
  try {
    return readBounds(sizes);
  } finally {
    sizes.dispose();
  }
}

/** The examples of a batch on the host. */
export function rowsOf(x: Tensor): readonly Float64Array[] {
  const values = Float64Array.from(x.dataSync<'float32'>());
  const size = eventSize(x.shape.slice(1));
  return Array.from({ length: x.shape[0]! }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

/** The weaker of two words. */
export function weaker(a: BoundKind, b: BoundKind): BoundKind {
  return a === 'proven' ? b : a;
}

import { maximum, minimum, softplus, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Far from the least and the largest number of float32, also after squaring. */
const LIMIT = 2 ** 30;

/**
 * softplus(b), held between 2⁻³⁰ and 2³⁰: a positive number from a parameter that may be any.
 * Taped; beyond the limits the gradient is 0.
 *
 * Outside of them squares and products underflow or overflow in float32, so that a bound that is
 * proven for real numbers would not hold.
 */
export function positiveOf(b: Tensor): Tensor {
  return tidy(() => minimum(maximum(softplus(b), 1 / LIMIT), LIMIT));
}

/** Whether a constant lies between the same limits. */
export function isOrdinary(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1 / LIMIT && size <= LIMIT;
}

/** The same in float64, the number that {@link positiveOf} stands for. */
export function exactPositive(b: number): number {
  const positive = Math.max(b, 0) + Math.log1p(Math.exp(-Math.abs(b)));
  return Math.min(Math.max(positive, 1 / LIMIT), LIMIT);
}

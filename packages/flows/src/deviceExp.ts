import { exp, type Tensor } from '@tensorflow/tfjs-core';
import { relativeError } from '@iresnet/core/internal';

/** eˢ as the device computes it: one function, since what is measured of it is kept under it. */
export const deviceExp = (s: Tensor): Tensor => exp(s);

/** Beyond it the scale comes near to the end of float32. */
const SCALE_RANGE = 80;

/** The relative error of exp(s) and exp(−s) on the device. */
export function scaleError(scales: ArrayLike<number>): number {
  const inside = Array.from(scales).every((s) => Math.abs(s) <= SCALE_RANGE);
  return inside ? relativeError(deviceExp, Math.exp, [-SCALE_RANGE, SCALE_RANGE]) : Infinity;
}

import { add, mul, sqrt, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { squaredNorm } from './batch';
import { unitRoundoff } from './precision';
import { readProven } from './readProven';

/** Values below this have squares that underflow in float32, so that a length does not see them. */
const UNSEEN = 2 ** -62;

/**
 * A bound of the length of each example, `[B, ...event] → [B]`: ‖v‖ as the device computes it, plus
 * the rounding of that. It is infinite or NaN where the squares overflow.
 */
export function lengthsAbove(v: Tensor): Tensor {
  return tidy(() => {
    const size = v.size / Math.max(1, v.shape[0]!);
    const inflate = 1 + 2 ** -16 + (size + 8) * unitRoundoff();
    return add(mul(sqrt(squaredNorm(v)), inflate), Math.sqrt(size) * UNSEEN);
  });
}

/** A bound `[B]` on the host: Infinity where it is not a finite number. */
export function readBounds(bounds: Tensor): number[] {
  return Array.from(readProven('core.readBounds', bounds), (value) =>
    Number.isFinite(value) ? value : Infinity,
  );
}

import { readProven } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** bound(W), and Infinity where W holds NaN or infinity: nothing is proven of it. */
export function finiteBound(weight: Tensor, bound: (weight: Tensor) => number): number {
  return readProven('lipschitz.lipschitzBound', weight).every(Number.isFinite) ? bound(weight) : Infinity;
}

import { eventSize } from '@iresnet/core';
import type { ImageInput } from './input';

/**
 * −ln p/(d ln 2) + log₂ levels of each log-density, bits, on the host; d counts every value of an
 * image.
 */
export function bitsPerDimOf(logProb: Float64Array, { shape, levels }: ImageInput): Float64Array {
  const d = eventSize(shape);
  return logProb.map((value) => -value / (d * Math.LN2) + Math.log2(levels));
}

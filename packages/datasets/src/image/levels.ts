import { type Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';

/** The low and the high end of an interval that the levels of a pixel divide. */
export type Range = readonly [low: number, high: number];

/** The interval that models of images take. */
export const MODEL_RANGE: Range = [-0.5, 0.5];

/** Bits of a float32 in [0.5, 1): every multiple of 2⁻²⁴ in [0, 1) is one. */
const MANTISSA_BITS = 24;

/**
 * Draws u/L with u uniform in [0, 1). It has so few bits that k/L + u/L in float32 stays in the
 * cell of k.
 *
 * For a power of two u has 24 − log₂ L bits, and every sum is exact. For any other L, whose k/L is
 * rounded, it has 22 − ⌈log₂ L⌉ bits, each at the middle of its step. Then ⌊L y⌋, computed in
 * float64, gives the level back.
 */
export function cellNoise(levels: number, rng: Rng): () => number {
  const exact = Number.isInteger(Math.log2(levels));
  const bits = exact ? MANTISSA_BITS - Math.log2(levels) : MANTISSA_BITS - 2 - Math.ceil(Math.log2(levels));
  const middle = exact ? 0 : 0.5;
  return () => Math.fround(((rng.nextUint32() >>> (32 - bits)) + middle) / 2 ** bits / levels);
}

/** Throw unless a byte can hold so many levels. */
export function checkLevels(levels: number, where: string): void {
  ensure(
    Number.isInteger(levels) && levels >= 2 && levels <= 256,
    where,
    () => `expected an integer 2 ≤ levels ≤ 256, got ${levels}`,
  );
}

/** Throw unless a range has a width. */
export function checkRange([low, high]: Range, where: string): void {
  ensure(
    Number.isFinite(low) && Number.isFinite(high) && low < high,
    where,
    () => `expected a range low < high, got [${low}, ${high}]`,
  );
}

/** How many times the official program's own rounding error a result may be off. */
export const MULTIPLE = 8;

/** How many float32 units in the last place of the largest entry a result may be off besides. */
export const ULPS = 16;

/**
 * The same for gradients of parameters, sums over a batch and all its pixels, and for values whose
 * official error is not recorded although both sides are float32.
 */
export const SUM_ULPS = 32;

/** One float32 unit in the last place of 1. */
const EPSILON = 2 ** -23;

/**
 * How far a tensor may be from its reference: {@link MULTIPLE} · (official float32 error) + ulps ·
 * 2⁻²³ · max|reference|.
 *
 * The first term scales with what the official program lost itself, which is one draw of rounding
 * noise: sums in another order, or in float32 where another program adds up in float64, differ from
 * it by a few times as much. The second is the floor for tensors whose official error happens to be
 * about 0, or was not recorded because the reference exists in float64 alone. Both together stay
 * five times below the smallest difference that matters, the 1e-5 by which two official
 * normalisations of a weight differ.
 */
export function toleranceOf(officialError: number, maxAbs: number, ulps = ULPS): number {
  return MULTIPLE * officialError + ulps * EPSILON * maxAbs;
}

/** max |a − b|; NaN and infinity differ by Infinity from everything but themselves. */
export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Object.is(a[i], b[i]) ? 0 : Math.abs(a[i]! - b[i]!);
    if (!(difference <= worst)) worst = Number.isFinite(difference) ? difference : Infinity;
  }
  return worst;
}

/** max |a|. */
export function maxAbs(a: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]!));
  return worst;
}

import { ensure } from '@iresnet/core/internal';

/**
 * t = p₍ₖ₎ with the largest k for which p₍ₖ₎ ≤ k q/m: the examples with p ≤ t are flagged, and on
 * average a share of at most q of those are usual ones.
 *
 * It looks at all m p-values together: the more unusual examples there are, the larger is t. The
 * promise holds for independent p-values and for conformal ones that share their reference. It is
 * one of the average over many tables, not of each. Where no p is small enough nothing is flagged.
 *
 * @param pValues - In (0, 1]; NaN is left out.
 * @param rate - q, the share of false alarms among the alarms, between 0 and 1.
 * @returns t; 0 where nothing is flagged. Cost: one sort.
 * @throws IResNetError (argument) for a rate that is not between 0 and 1.
 *
 * @see Bates, Candès, Lei, Romano, Sesia: Testing for outliers with conformal p-values,
 * arXiv 2104.08279
 *
 * @example
 * ```ts
 * import { benjaminiHochberg } from '@iresnet/evaluation';
 *
 * console.log(benjaminiHochberg([0.01, 0.9, 0.02, 0.5], 0.1)); // 0.02: the first and the third are flagged
 * ```
 */
export function benjaminiHochberg(pValues: ArrayLike<number>, rate: number): number {
  ensure(
    rate > 0 && rate < 1,
    'evaluation.benjaminiHochberg',
    () => `expected a rate between 0 and 1, got ${rate}`,
  );
  const sorted = Float64Array.from(pValues)
    .filter((p) => !Number.isNaN(p))
    .sort();
  const m = sorted.length;
  // The products are rounded: a p that is the limit is not above it.
  const limit = (k: number): number => (k * rate * (1 + 2 ** -50)) / m;
  for (let k = m; k > 0; k--) if (sorted[k - 1]! <= limit(k)) return sorted[k - 1]!;
  return 0;
}

import type { ScoreRanks } from './scoreRanks';

/**
 * p(s) = (1 + #{i : sᵢ ≤ s})/(n + 1): how usual each score s is beside n scores of usual examples.
 *
 * A new example that comes from where those n came from has p ≤ α with a chance of α at most, for
 * every α and whatever the model: it takes only that the n + 1 are exchangeable. The least p is
 * 1/(n + 1). Examples that the model was trained on have scores that are too high, and do not serve
 * as the n.
 *
 * Ties count as unusual. Beyond the exact part of {@link ScoreRanks} a p-value is rounded up.
 *
 * @param ranks - Of the usual examples.
 * @param scores - Such as ln p in nats. A score of −Infinity has the p-value of the strangest
 * example, NaN has none.
 * @returns `[scores.length]`, in (0, 1]; NaN for NaN. Cost: a binary search a score.
 *
 * @see Bates, Candès, Lei, Romano, Sesia: Testing for outliers with conformal p-values,
 * arXiv 2104.08279
 *
 * @example
 * ```ts
 * import { conformalPValues, scoreRanks } from '@iresnet/evaluation';
 *
 * const usual = scoreRanks([-1, -2, -3, -4]);
 * console.log(conformalPValues(usual, [-9, -3, 0])); // Float64Array(3) [ 0.2, 0.6, 1 ]
 * ```
 */
export function conformalPValues(ranks: ScoreRanks, scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores, (score) => (1 + atMost(ranks, score)) / (ranks.count + 1));
}

/** #{i : sᵢ ≤ s}, or the number below the next score that is known; NaN for NaN. */
function atMost({ count, scores, below }: ScoreRanks, score: number): number {
  if (Number.isNaN(score)) return NaN;
  // The first kept score above it.
  let [from, to] = [0, scores.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (scores[middle]! > score) to = middle;
    else from = middle + 1;
  }
  return from < below.length ? below[from]! : count;
}

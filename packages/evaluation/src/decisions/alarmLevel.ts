import { ensure } from '@iresnet/core/internal';
import type { ScoreRanks } from './scoreRanks';

/**
 * sup{s : p(s) ≤ α}: exactly the scores below it have a conformal p-value of at most α.
 *
 * It is where a line of alarm is drawn in a picture of a density. {@link conformalPValues} gives
 * the p.
 *
 * @param ranks - Of the usual examples.
 * @param alarm - α, the share of false alarms, between 0 and 1.
 * @returns A score of `ranks`; −Infinity where no score has such a p, since there are fewer than
 * 1/α − 1 usual examples, or so many of them have no finite score. Cost: one pass over the ranks.
 * @throws IResNetError (argument) for an alarm that is not between 0 and 1.
 *
 * @see Bates, Candès, Lei, Romano, Sesia: Testing for outliers with conformal p-values,
 * arXiv 2104.08279
 *
 * @example
 * ```ts
 * import { alarmLevel, conformalPValues, scoreRanks } from '@iresnet/evaluation';
 *
 * const usual = scoreRanks([-1, -2, -3, -4]);
 * console.log(alarmLevel(usual, 0.4)); // -3
 * console.log(conformalPValues(usual, [-3.01, -3])); // Float64Array(2) [ 0.4, 0.6 ]
 * ```
 */
export function alarmLevel({ count, scores, below }: ScoreRanks, alarm: number): number {
  ensure(
    alarm > 0 && alarm < 1,
    'evaluation.alarmLevel',
    () => `expected an alarm between 0 and 1, got ${alarm}`,
  );
  // Just below scores[k] a p-value is (1 + below[k])/(count + 1).
  const flagged = below.filter((lesser) => (1 + lesser) / (count + 1) <= alarm).length;
  return scores[flagged - 1] ?? -Infinity;
}

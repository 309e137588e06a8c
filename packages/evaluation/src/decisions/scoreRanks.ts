import { ensure } from '@iresnet/core/internal';
import { leastFirst } from '../statistics/leastFirst';

/**
 * Scores of usual examples in order, as far as {@link conformalPValues} needs them: plain JSON of a
 * bounded size.
 */
export interface ScoreRanks {
  /** How many scores it was made of: n. */
  readonly count: number;
  /** Different scores from the least to the largest, all of them finite. */
  readonly scores: readonly number[];
  /** How many of the n are less than each of `scores`; NaN and −Infinity are less than all. */
  readonly below: readonly number[];
}

/** Options of {@link scoreRanks}. */
export interface ScoreRanksOptions {
  /** Different scores that are kept at most, at least 2. Default 1024. */
  readonly most?: number;
}

/**
 * b(s) = #{i : sᵢ < s} at some of the scores s₁ … sₙ of usual examples: the reference of conformal
 * p-values.
 *
 * Of more than `most` different scores the lower half of `most` is kept, where alarms are decided,
 * and every so many of the others. A p-value that falls between two kept scores is rounded up, so
 * that it stays valid: below `most`/2 ranks it is exact, beyond it is too large by 2/`most` at
 * most.
 *
 * @param values - Scores of examples that the model was neither trained nor chosen on, such as ln p
 * in nats.
 * @returns Plain JSON of at most `most` scores. Cost: one sort.
 * @throws IResNetError (argument) for no scores, or a `most` below 2.
 *
 * @example
 * ```ts
 * import { scoreRanks } from '@iresnet/evaluation';
 *
 * console.log(scoreRanks([-2, -7, -Infinity, -2]));
 * // { count: 4, scores: [ -7, -2 ], below: [ 1, 2 ] }
 * ```
 */
export function scoreRanks(values: ArrayLike<number>, options: ScoreRanksOptions = {}): ScoreRanks {
  const where = 'evaluation.scoreRanks';
  const { most = 1024 } = options;
  const count = values.length;
  ensure(count > 0, where, () => 'expected one score or more, got none');
  ensure(Number.isInteger(most) && most >= 2, where, () => `expected an integer most ≥ 2, got ${most}`);
  const all: { readonly score: number; readonly below: number }[] = [];
  leastFirst(values).forEach((at, below) => {
    const score = values[at]!;
    if (Number.isFinite(score) && score !== all.at(-1)?.score) all.push({ score, below });
  });
  const kept = all.length <= most ? all : thinned(all, most);
  return { count, scores: kept.map(({ score }) => score), below: kept.map(({ below }) => below) };
}

/** The first half of `most`, and the rest evenly spaced, the last one included. */
function thinned<T>(all: readonly T[], most: number): T[] {
  const exact = Math.floor(most / 2);
  const spaced = most - exact;
  const rest = all.length - exact;
  return [
    ...all.slice(0, exact),
    ...Array.from({ length: spaced }, (_, i) => all[exact + Math.ceil(((i + 1) * rest) / spaced) - 1]!),
  ];
}

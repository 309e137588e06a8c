import { ensure } from '@iresnet/core/internal';
import { benjaminiHochberg, leastFirst } from '@iresnet/evaluation';
import type { Scores } from './score';

/** Which rows to flag. */
export type Decision =
  /** Those with p ≤ α: of usual rows a share of α at most. A function of each row alone. */
  | { readonly alarm: number }
  /** So many that on average a share of at most q of the flagged rows are usual ones. */
  | { readonly fdr: number }
  /** So many of the least density. */
  | { readonly top: number };

/**
 * Flag rows by their scores: p ≤ α; p ≤ t by the rule of Benjamini and Hochberg; or the k least
 * likely.
 *
 * `alarm` looks at each row alone; `fdr` and `top` look at all, so that the scores of a whole table
 * are needed. A row without a score, whose value is missing, is not flagged. One that is too far
 * off for a score is as unusual as can be.
 *
 * No p-value is below 1/(n + 1), n being the rows that the model was calibrated with: with 30 an
 * `alarm` of 0.01 flags none.
 *
 * @param scores - `logProb` and `pValue` of all rows.
 * @param decision - `{ alarm: 0.01 }`, `{ fdr: 0.05 }` or `{ top: 100 }`.
 * @returns `[count]`, 1 for a flagged row.
 * @throws IResNetError (argument) for scores without p-values where the rule needs them, and for a
 * rule that cannot be.
 *
 * @see Bates, Candès, Lei, Romano, Sesia: Testing for outliers with conformal p-values,
 * arXiv 2104.08279
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { calibrate, decide, defaultRecipe, score, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const source = tableSource('faithful', faithful(), recipe);
 * const pipeline = await calibrate((await train(source, recipe)).pipeline, source);
 * const scores = await score(pipeline, [[3.6, 79], [1.8, 500]]);
 * console.log(decide(scores, { alarm: 0.05 })); // Uint8Array(2) [ 0, 1 ]
 * ```
 */
export function decide(scores: Pick<Scores, 'logProb' | 'pValue'>, decision: Decision): Uint8Array {
  const where = 'pipeline.decide';
  const { logProb, pValue } = scores;
  ensure(logProb !== null, where, () => 'expected scores of a density, got those of a classifier');
  const flags = new Uint8Array(logProb.length);
  if ('top' in decision) {
    const { top } = decision;
    ensure(Number.isInteger(top) && top >= 0, where, () => `expected an integer top ≥ 0, got ${top}`);
    const scored = leastFirst(logProb).filter((i) => !Number.isNaN(logProb[i]!));
    for (const i of scored.subarray(0, top)) flags[i] = 1;
    return flags;
  }
  ensure(pValue !== null, where, () => 'expected scores with p-values, got a pipeline without calibration');
  let limit: number;
  if ('alarm' in decision) {
    limit = decision.alarm;
    ensure(limit > 0 && limit < 1, where, () => `expected an alarm between 0 and 1, got ${limit}`);
  } else {
    limit = benjaminiHochberg(pValue, decision.fdr);
  }
  for (let i = 0; i < flags.length; i++) flags[i] = Number(pValue[i]! <= limit);
  return flags;
}

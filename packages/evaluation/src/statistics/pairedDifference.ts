import { ensure } from '@iresnet/core/internal';
import { estimateMean, type Estimate } from './estimate';

/**
 * The mean of a − b with its standard error, for two models judged on the same rows.
 *
 * Rows that are hard for one model are hard for the other too. Their difference row by row leaves
 * that out, so its error is smaller than that of either mean. Use it to say which model is better.
 * A difference of more than two standard errors is unlikely to be chance.
 *
 * @param a - A number for each row, such as its log-density in nats.
 * @param b - The same of the other model, for the same rows in the same order.
 * @throws IResNetError (argument) for arrays of different lengths, or without values.
 *
 * @example
 * ```ts
 * import { pairedDifference } from '@iresnet/evaluation';
 *
 * const ours = [-1.0, -5.1, -9.2];
 * const theirs = [-1.5, -5.5, -9.8];
 * const { mean, standardError } = pairedDifference(ours, theirs);
 * console.log(mean.toFixed(2), standardError.toFixed(2)); // 0.50 0.06
 * ```
 */
export function pairedDifference(a: ArrayLike<number>, b: ArrayLike<number>): Estimate {
  ensure(
    a.length === b.length,
    'evaluation.pairedDifference',
    () => `expected two arrays of one length, got ${a.length} and ${b.length} values`,
  );
  return estimateMean(Float64Array.from({ length: a.length }, (_, i) => a[i]! - b[i]!));
}

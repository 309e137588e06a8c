import { estimateMean, type Estimate } from '../statistics/estimate';
import { checkPairs } from './check';

/**
 * The share of rows whose predicted class is their own, with its standard error.
 *
 * @param predicted - A class for each row, such as {@link mostProbable} gives.
 * @param labels - The true class of each row.
 * @throws IResNetError (argument) for arrays of different lengths, or without rows.
 *
 * @example
 * ```ts
 * import { accuracy } from '@iresnet/evaluation';
 *
 * console.log(accuracy([0, 1, 1, 0], [0, 1, 0, 0]).mean); // 0.75
 * ```
 */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): Estimate {
  checkPairs(predicted, labels, 'evaluation.accuracy');
  return estimateMean(rightOnes(predicted, labels));
}

/**
 * 1 for each row whose predicted class is its own, else 0. Two of them make a paired difference.
 *
 * @param predicted - A class for each row.
 * @param labels - The true class of each row, or one class for all rows.
 * @throws IResNetError (argument) for arrays of different lengths.
 *
 * @example
 * ```ts
 * import { correct, pairedDifference } from '@iresnet/evaluation';
 *
 * const labels = [0, 1, 0, 0];
 * const gain = pairedDifference(correct([0, 1, 0, 1], labels), correct([0, 0, 0, 0], labels));
 * console.log(gain.mean); // 0
 * ```
 */
export function correct(predicted: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  checkPairs(predicted, labels, 'evaluation.correct');
  return rightOnes(predicted, labels);
}

function rightOnes(predicted: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  return Float64Array.from(labels, (label, i) => Number(predicted[i] === label));
}

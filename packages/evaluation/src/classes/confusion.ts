import { checkLabels, checkPairs } from './check';

/**
 * How many rows of each true class were taken for each class.
 *
 * @param predicted - A class for each row.
 * @param labels - The true class of each row.
 * @param classes - K.
 * @returns `[K][K]`: lines are true classes, columns predicted ones. The diagonal counts the right
 * predictions.
 * @throws IResNetError (argument) for arrays of different lengths, and for a class outside 0 … K −
 * 1.
 *
 * @example
 * ```ts
 * import { confusion } from '@iresnet/evaluation';
 *
 * console.log(confusion([0, 1, 1, 0], [0, 1, 0, 0], 2)); // [ [ 2, 1 ], [ 0, 1 ] ]
 * ```
 */
export function confusion(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number[][] {
  const where = 'evaluation.confusion';
  checkPairs(predicted, labels, where);
  checkLabels(labels, classes, where);
  checkLabels(predicted, classes, where);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predicted[i]!]!++;
  return counts;
}

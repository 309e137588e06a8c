import { ensure } from '@iresnet/core/internal';
import { checkLabels } from './check';

/**
 * The most frequent class, the first of several that are equal: the baseline of a classifier.
 *
 * @param labels - The class of each training row.
 * @param classes - K.
 * @throws IResNetError (argument) for a class outside 0 … K − 1, and without rows.
 *
 * @example
 * ```ts
 * import { mostFrequent } from '@iresnet/evaluation';
 *
 * console.log(mostFrequent([2, 0, 2, 1], 3)); // 2
 * ```
 */
export function mostFrequent(labels: ArrayLike<number>, classes: number): number {
  const where = 'evaluation.mostFrequent';
  ensure(labels.length > 0, where, () => 'expected one label or more, got none');
  checkLabels(labels, classes, where);
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts.indexOf(Math.max(...counts));
}

import { ensure } from '@iresnet/core/internal';
import { nearestRows, rowCount } from './nearestRows';

/**
 * The class of each row by its k nearest references: the most frequent of their labels, and of
 * equal ones that of the nearest.
 *
 * It is a classifier that no model was trained for, so it can be asked what a model drew.
 *
 * @param rows - `[n, d]`, row by row.
 * @param references - `[m, d]`, such as the training data.
 * @param labels - `[m]`: the class of each reference.
 * @param dimension - d.
 * @param k - Default 3.
 * @returns `[n]`.
 * @throws IResNetError (argument) for values that are not rows, or without a label for each
 * reference.
 *
 * @example
 * ```ts
 * import { neighbourClasses } from '@iresnet/evaluation';
 *
 * const references = [0, 0.1, 0.2, 5, 5.1, 5.2]; // six rows of one value
 * console.log(neighbourClasses([0.3, 4], references, [0, 0, 0, 1, 1, 1], 1)); // 0 and 1
 * ```
 *
 * @see Cover and Hart, Nearest neighbor pattern classification (IEEE Trans. Inf. Theory 13, 1967).
 */
export function neighbourClasses(
  rows: ArrayLike<number>,
  references: ArrayLike<number>,
  labels: ArrayLike<number>,
  dimension: number,
  k = 3,
): Int32Array {
  const where = 'evaluation.neighbourClasses';
  const count = rowCount(references, dimension, where);
  ensure(
    labels.length === count,
    where,
    () => `expected a label for each of ${count} references, got ${labels.length}`,
  );
  const { indices } = nearestRows(rows, references, dimension, { k });
  return Int32Array.from({ length: indices.length / k }, (_, i) => {
    const votes = new Map<number, number>();
    for (const j of indices.subarray(i * k, (i + 1) * k)) votes.set(labels[j]!, (votes.get(labels[j]!) ?? 0) + 1); // prettier-ignore
    let [best, most] = [-1, 0];
    // A map keeps the order of the first votes, and so the nearest wins a tie.
    for (const [label, vote] of votes) if (vote > most) [best, most] = [label, vote];
    return best;
  });
}

import { ensure } from '@iresnet/core/internal';

/**
 * argmaxₖ pₖ of each row: the most probable class, the first of several that are equal; −1 for a
 * row with a NaN, which has none.
 *
 * @param probabilities - `[n, K]`, row by row. Logits will do as well.
 * @param classes - K.
 * @returns n indices in −1 … K − 1.
 * @throws IResNetError (argument) for a length that is not a multiple of K.
 *
 * @example
 * ```ts
 * import { mostProbable } from '@iresnet/evaluation';
 *
 * console.log(mostProbable([0.9, 0.1, 0.3, 0.7], 2)); // Int32Array(2) [ 0, 1 ]
 * ```
 */
export function mostProbable(probabilities: ArrayLike<number>, classes: number): Int32Array {
  const rows = probabilities.length / classes;
  ensure(
    Number.isSafeInteger(classes) && classes >= 1 && Number.isInteger(rows),
    'evaluation.mostProbable',
    () => `expected rows of K ≥ 1 probabilities, got ${probabilities.length} in all and K = ${classes}`,
  );
  return Int32Array.from({ length: rows }, (_, row) => {
    let best = row * classes;
    for (let i = best; i < (row + 1) * classes; i++) {
      if (Number.isNaN(probabilities[i]!)) return -1;
      if (probabilities[i]! > probabilities[best]!) best = i;
    }
    return best - row * classes;
  });
}

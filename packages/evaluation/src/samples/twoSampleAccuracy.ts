import { ensure } from '@iresnet/core/internal';
import { estimateMean, type Estimate } from '../statistics/estimate';
import { nearestRows, rowCount } from './nearestRows';

/**
 * How well two samples can be told apart: the share of rows whose nearest other row is of their own
 * sample. ½ for samples of one distribution, 1 for samples that lie apart, and below ½ where rows
 * of one are copies of rows of the other.
 *
 * The standard error takes the rows as independent, which neighbours are nearly.
 *
 * @param a - `[n, d]`, row by row, such as draws of a model.
 * @param b - `[n, d]`, as many, such as held-out rows.
 * @param dimension - d.
 * @throws IResNetError (argument) for values that are not rows, or samples of different sizes: then
 * ½ would not be the value of equal ones.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { twoSampleAccuracy } from '@iresnet/evaluation';
 *
 * const rng = createRng(0);
 * const draws = () => rng.normal([200, 2]).dataSync();
 * console.log(twoSampleAccuracy(draws(), draws(), 2).mean); // near 0.5
 * ```
 *
 * @see Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests (arXiv 1610.06545).
 */
export function twoSampleAccuracy(a: ArrayLike<number>, b: ArrayLike<number>, dimension: number): Estimate {
  const where = 'evaluation.twoSampleAccuracy';
  const [n, m] = [rowCount(a, dimension, where), rowCount(b, dimension, where)];
  ensure(n === m, where, () => `expected two samples of one size, got ${n} and ${m} rows`);
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  const { indices } = nearestRows(all, all, dimension, { others: true });
  return estimateMean(Array.from(indices, (j, i) => (j < n === i < n ? 1 : 0)));
}

import { classesOf } from './check';

/** The least probability that counts: the least normal number of float32. */
const FLOOR = 2 ** -126;

/**
 * −log p(label) of each row in nats: the negative log-likelihood of the labels.
 *
 * Its mean is the cross entropy that a classifier minimises, and a proper score: it is least in
 * expectation for the true probabilities. A probability below 2⁻¹²⁶, where float32 ends, counts as
 * 2⁻¹²⁶, so that no row costs more than 87.4 nats. NaN stays NaN.
 *
 * @param probabilities - `[n, K]`, row by row.
 * @param labels - n indices in 0 … K − 1.
 * @returns n numbers; `estimateMean` makes one of them.
 * @throws IResNetError (argument) for another number of probabilities, and for a label outside 0 …
 * K − 1.
 *
 * @example
 * ```ts
 * import { estimateMean, labelLosses } from '@iresnet/evaluation';
 *
 * const losses = labelLosses([0.5, 0.5, 0.25, 0.75], [0, 1]);
 * console.log(estimateMean(losses).mean.toFixed(3)); // 0.490: (ln 2 + ln 4/3)/2
 * ```
 */
export function labelLosses(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  if (probabilities.length === 0 && labels.length === 0) return new Float64Array(0);
  const classes = classesOf(probabilities, labels, 'evaluation.labelLosses');
  return Float64Array.from(
    labels,
    (label, i) => -Math.log(Math.max(probabilities[i * classes + label]!, FLOOR)),
  );
}

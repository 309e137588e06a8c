import { checkOptions, ensure } from '@iresnet/core/internal';
import { classesOf } from './check';
import { mostProbable } from './mostProbable';

/** How {@link calibration} divides. */
export interface CalibrationOptions {
  /** Bins of equal width over (0, 1]. By default 15. */
  readonly bins?: number;
}

/** The rows whose greatest probability lies in (from, to]. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of their greatest probabilities; null without rows. */
  readonly confidence: number | null;
  /** Share of them whose most probable class is right; null without rows. */
  readonly accuracy: number | null;
}

/** Whether a classifier is right as often as it says. */
export interface Calibration {
  /**
   * Expected calibration error, Σ (count/n) |accuracy − confidence| over bins: 0 is best, 1 worst.
   */
  readonly expectedError: number;
  /** The largest |accuracy − confidence| of a bin that has rows. */
  readonly largestError: number;
  /** The reliability diagram. */
  readonly bins: readonly ReliabilityBin[];
}

/**
 * ECE = Σ_b (n_b/n) |accuracy_b − confidence_b|: the expected calibration error with its bins.
 *
 * A classifier is calibrated when, of the rows that it calls with probability 0.8, it is right in
 * 80 of 100. Bin b holds the rows whose greatest probability lies in ((b − 1)/B, b/B]. On few rows
 * a calibrated classifier has an error above 0 too, about the standard error of the accuracy within
 * a bin. More bins show finer faults, but each bin has fewer rows. Cost: one pass.
 *
 * @param probabilities - `[n, K]`, row by row, each row adding up to 1.
 * @param labels - n indices in 0 … K − 1.
 * @throws IResNetError (argument) for another number of probabilities, a label outside 0 … K − 1, a
 * probability outside [0, 1] (1e-3 of rounding is let pass), no rows, or bins that are not an
 * integer ≥ 1.
 *
 * @example
 * ```ts
 * import { calibration } from '@iresnet/evaluation';
 *
 * // Always sure to 0.9, right in three of four.
 * const probabilities = [0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.9, 0.1];
 * const { expectedError, bins } = calibration(probabilities, [0, 0, 1, 1], { bins: 10 });
 * console.log(expectedError.toFixed(2), bins[8]!.count, bins[8]!.accuracy); // 0.15 4 0.75
 * ```
 *
 * @see Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks, arXiv 1706.04599.
 */
export function calibration(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CalibrationOptions = {},
): Calibration {
  const where = 'evaluation.calibration';
  checkOptions(where, options, { bins: true });
  const { bins: count = 15 } = options;
  ensure(
    Number.isSafeInteger(count) && count >= 1,
    where,
    () => `expected an integer bins ≥ 1, got ${count}`,
  );
  ensure(labels.length > 0, where, () => 'expected one row or more, got none');
  const classes = classesOf(probabilities, labels, where);
  for (let i = 0; i < probabilities.length; i++)
    ensure(
      probabilities[i]! >= 0 && probabilities[i]! <= 1.001,
      where,
      () => `expected probabilities in [0, 1], got ${probabilities[i]} in row ${Math.floor(i / classes)}`,
    );

  const predicted = mostProbable(probabilities, classes);
  const rows = new Float64Array(count);
  const right = new Float64Array(count);
  const sure = new Float64Array(count);
  predicted.forEach((label, i) => {
    const confidence = probabilities[i * classes + label]!;
    const bin = Math.min(Math.max(Math.ceil(confidence * count) - 1, 0), count - 1);
    rows[bin]!++;
    sure[bin]! += confidence;
    if (label === labels[i]) right[bin]!++;
  });
  const bins = Array.from(rows, (n, b): ReliabilityBin => ({
    from: b / count,
    to: (b + 1) / count,
    count: n,
    confidence: n === 0 ? null : sure[b]! / n,
    accuracy: n === 0 ? null : right[b]! / n,
  }));
  const gaps = bins.map(({ confidence, accuracy }) => Math.abs((accuracy ?? 0) - (confidence ?? 0)));
  return {
    expectedError: gaps.reduce((sum, gap, b) => sum + gap * rows[b]!, 0) / labels.length,
    largestError: Math.max(...gaps),
    bins,
  };
}

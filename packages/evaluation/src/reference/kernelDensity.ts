import { createRng } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { leaveOneOutBandwidth } from './bandwidth';
import type { ColumnTable, ReferenceDensity } from './contract';
import { logVolume, scoreRows, standardize } from './standardize';

/** How to fit a kernel density. */
export interface KernelDensityOptions {
  /** h, in standard deviations of each column. By default cross-validation finds it. */
  readonly bandwidth?: number;
}

/** A Gaussian kernel on every training row. */
export interface KernelDensity extends ReferenceDensity {
  /** h: the standard deviation of the kernel in column c is h times that of the column. */
  readonly bandwidth: number;
}

/** The bandwidth is chosen on at most so many rows: 4 million distances, 32 MB, two seconds. */
const MOST_ROWS = 2000;
/** Rows² · columns at most: fewer rows where there are more than a hundred columns. */
const MOST_WORK = 4e8;

/**
 * log p(x) = log (1/n) Σᵢ Π_c N(x_c; t_ic, (h s_c)²): a Gaussian on each of n training rows tᵢ,
 * where s_c is the standard deviation of column c.
 *
 * Without `bandwidth`, h has the greatest leave-one-out log-likelihood. Exact copies of a row are
 * left out with it, so a table of rounded values does not drive h to zero. With more than m = 2000
 * rows, h is chosen on m of them, always the same ones, and shrunk by (m/n)^{1/(d+4)}, the rate at
 * which the best bandwidth falls. m is smaller beyond 100 columns, so that m² d ≤ 4·10⁸. In float64
 * on the host. Cost: n exponentials and O(n d) for each row, and O(m² d) once for the bandwidth.
 *
 * @param train - The rows to fit.
 * @throws IResNetError (argument) for a bandwidth that is not positive, fewer than two rows, a
 * column that does not vary, or a value that is not finite.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { faithful, split, takeRows } from '@iresnet/datasets';
 * import { estimateMean, kernelDensity } from '@iresnet/evaluation';
 *
 * const table = faithful();
 * const [train, heldOut] = split(table.rows, [0.8, 0.2], createRng(0));
 * const kernel = kernelDensity(takeRows(table, train));
 * const logP = kernel.logDensity(takeRows(table, heldOut).values);
 * console.log(kernel.bandwidth, estimateMean(logP).mean, 'nats a row');
 * ```
 */
export function kernelDensity(train: ColumnTable, options: KernelDensityOptions = {}): KernelDensity {
  const where = 'evaluation.kernelDensity';
  checkOptions(where, options, { bandwidth: true });
  const d = train.columns.length;
  const n = train.rows;
  const standardized = standardize(train, where);
  const { values } = standardized;
  const bandwidth = options.bandwidth ?? crossValidated(values, train);
  ensure(
    bandwidth > 0 && Number.isFinite(bandwidth),
    where,
    () => `expected a bandwidth > 0, got ${bandwidth}`,
  );
  const constant =
    (-d / 2) * Math.log(2 * Math.PI) - d * Math.log(bandwidth) - Math.log(n) - logVolume(standardized);
  const factor = 0.5 / bandwidth ** 2;
  const exponents = new Float64Array(n);
  return {
    bandwidth,
    logDensity: (x) =>
      scoreRows(x, standardized, 'evaluation.KernelDensity.logDensity', (z) => {
        let least = Infinity;
        for (let i = 0; i < n; i++) {
          let square = 0;
          for (let c = 0; c < d; c++) square += (z[c]! - values[i * d + c]!) ** 2;
          exponents[i] = factor * square;
          if (exponents[i]! < least) least = exponents[i]!;
        }
        // A distance beyond 1e154 deviations overflows.
        if (least === Infinity) return -Infinity;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += Math.exp(least - exponents[i]!);
        return constant - least + Math.log(sum);
      }),
  };
}

function crossValidated(values: Float64Array, { columns, rows }: ColumnTable): number {
  const d = columns.length;
  const most = Math.min(MOST_ROWS, Math.max(10, Math.floor(Math.sqrt(MOST_WORK / d))));
  if (rows <= most) return leaveOneOutBandwidth(values, d);
  const some = new Float64Array(most * d);
  const chosen = createRng(0).permutation(rows);
  for (let i = 0; i < most; i++) some.set(values.subarray(chosen[i]! * d, (chosen[i]! + 1) * d), i * d);
  return leaveOneOutBandwidth(some, d) * (most / rows) ** (1 / (d + 4));
}

import { ensure } from '@iresnet/core/internal';
import type { ColumnTable, ReferenceDensity } from './contract';
import { logVolume, scoreRows, standardize } from './standardize';

/** The Gaussian of greatest likelihood. */
export interface GaussianDensity extends ReferenceDensity {
  /** μ, one number for each column. */
  readonly mean: Float64Array;
  /** Σ, row by row `[d, d]`. */
  readonly covariance: Float64Array;
}

/**
 * log N(x; μ, Σ) with the μ = Σx/n and Σ = Σ(x − μ)(x − μ)ᵀ/n of greatest likelihood, fitted to a
 * table of n rows and d columns.
 *
 * It works with the Cholesky factor of the correlation matrix, in float64 on the host, so columns
 * of very different units do no harm. Cost: O(nd² + d³) once, then O(d²) for each row; memory
 * O(nd + d²).
 *
 * @param train - The rows to fit.
 * @throws IResNetError (argument) when the density does not exist: no more rows than columns, a
 * column that does not vary or is a linear combination of those before it, a value that is not
 * finite.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { faithful, split, takeRows } from '@iresnet/datasets';
 * import { estimateMean, gaussianDensity } from '@iresnet/evaluation';
 *
 * const table = faithful();
 * const [train, heldOut] = split(table.rows, [0.8, 0.2], createRng(0));
 * const gaussian = gaussianDensity(takeRows(table, train));
 * const logP = gaussian.logDensity(takeRows(table, heldOut).values);
 * console.log(estimateMean(logP).mean, 'nats a row');
 * ```
 */
export function gaussianDensity(train: ColumnTable): GaussianDensity {
  const where = 'evaluation.gaussianDensity';
  const { columns, rows } = train;
  const d = columns.length;
  // n rows span n − 1 directions at most. Before anything is allocated: d² may be more than memory.
  ensure(rows > d, where, () => `expected more rows than columns, got ${rows} rows and ${d} columns`);
  const standardized = standardize(train, where);
  const { values, mean, scale } = standardized;
  const correlation = new Float64Array(d * d);
  for (let at = 0; at < values.length; at += d) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) correlation[i * d + j]! += (values[at + i]! * values[at + j]!) / rows;
    }
  }
  const factor = cholesky(correlation, columns, where);
  let constant = (-d / 2) * Math.log(2 * Math.PI) - logVolume(standardized);
  for (let i = 0; i < d; i++) constant -= Math.log(factor[i * d + i]!);
  return {
    mean,
    covariance: correlation.map((r, k) => r * scale[Math.floor(k / d)]! * scale[k % d]!),
    logDensity: (x) =>
      scoreRows(x, standardized, 'evaluation.GaussianDensity.logDensity', (z) => {
        solveLower(factor, z);
        return constant - z.reduce((sum, v) => sum + v * v, 0) / 2;
      }),
  };
}

/** The lower triangular L with LLᵀ = R, row by row, of a correlation matrix. */
function cholesky(matrix: Float64Array, columns: readonly string[], where: string): Float64Array {
  const d = columns.length;
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * d + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * d + k]! * factor[j * d + k]!;
      if (j < i) {
        factor[i * d + j] = rest / factor[j * d + j]!;
        continue;
      }
      // 1 − R² of this column on those before it; below 1e-12 it is the rounding of zero.
      ensure(
        rest > 1e-12,
        where,
        () => `expected independent columns, got '${columns[i]}' as a linear combination of those before it`,
      );
      factor[i * d + i] = Math.sqrt(rest);
    }
  }
  return factor;
}

/** Overwrite b with L⁻¹b. */
function solveLower(factor: Float64Array, b: Float64Array): void {
  const d = b.length;
  for (let i = 0; i < d; i++) {
    let rest = b[i]!;
    for (let k = 0; k < i; k++) rest -= factor[i * d + k]! * b[k]!;
    b[i] = rest / factor[i * d + i]!;
  }
}

import {
  add,
  scalar,
  sub,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  variable,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { disposeParams, IResNetError, type Bijector } from '@iresnet/core';
import { checkOptions, described, ensure, memoizeOnParams } from '@iresnet/core/internal';
import { cholesky, invertMatrix } from './matrix';
import { matrixMap } from './matrixMap';

/** Options of {@link whitening}. */
export interface WhiteningOptions {
  /** Added to the variance of each column, as a share of it. Default 0. */
  readonly ridge?: number;
}

/** What {@link whiten} takes: plain numbers, so that a configuration can hold them. */
export interface Whitening {
  /** μ, one value a column. */
  readonly mean: readonly number[];
  /** A, `[d, d]` row by row. */
  readonly matrix: readonly number[];
}

/**
 * y = A (x − μ), fixed: with A = C⁻¹ and C Cᵀ the covariance of the data, y has mean 0 and
 * covariance I. A flow that starts here starts at the Gaussian of the data.
 *
 * @param whitening - μ and A, for instance from {@link whitening}.
 * @returns A bijector on `[B, d]`. log|det A| is the same for each row. `params`: `mean` and
 * `matrix`, not trained. The inverse matrix is computed once, on the host in float64.
 * @throws IResNetError when the sizes do not fit, a number is not finite, or A has no inverse.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { whiten, whitening } from '@iresnet/flows';
 *
 * const rows = [[0, 0], [2, 2.1], [4, 3.9], [6, 6]]; // nearly on a line
 * const y = whiten(whitening(rows)).forward(tf.tensor2d(rows));
 * tf.matMul(y as tf.Tensor2D, y as tf.Tensor2D, true).print(); // 4 · I
 * ```
 */
export function whiten({ mean, matrix }: Whitening): Bijector {
  const where = 'flows.whiten';
  ensure(
    Array.isArray(mean) && Array.isArray(matrix) && mean.length > 0 && matrix.length === mean.length ** 2,
    where,
    () => `expected d means and d² values, got ${described(mean)} and ${described(matrix)}`,
  );
  ensure([...mean, ...matrix].every(Number.isFinite), where, () => 'expected finite numbers, got others');
  const d = mean.length;
  const logDetOf = (params: { matrix: Tensor }): number =>
    invertMatrix(Float64Array.from(params.matrix.dataSync()), d)?.logAbsDet ?? -Infinity;
  const params = tidy(() => ({
    mean: variable(tensor1d([...mean]), false),
    matrix: variable(tensor2d([...matrix], [d, d]), false),
  }));
  const logDet = memoizeOnParams(params, () => logDetOf(params));
  if (logDet() === -Infinity) {
    disposeParams(params);
    throw new IResNetError('argument', where, 'expected a matrix with an inverse, got one without');
  }
  return matrixMap({
    where,
    shape: [d],
    params,
    weight: () => {
      // First, while the values are on the host: a device that is read later takes them with it.
      const value = logDet();
      // Rows of x stand on the left of the product.
      return { matrix: transpose(params.matrix as Tensor as Tensor2D), logDet: scalar(value) };
    },
    before: { apply: (t) => sub(t, params.mean), undo: (t) => add(t, params.mean) },
  });
}

/**
 * The whitening of rows: A = C⁻¹ with C Cᵀ their covariance, C lower triangular, computed in
 * float64.
 *
 * @param rows - At least two rows of d finite numbers.
 * @param options - A ridge keeps a direction in which the rows do not vary from being magnified
 * without end.
 * @throws IResNetError when the rows differ in length, hold NaN or infinity, or lie in a plane and
 * the ridge is 0.
 *
 * @example
 * ```ts
 * import { whitening } from '@iresnet/flows';
 *
 * const { mean, matrix } = whitening([[1, 0], [3, 0], [2, 1], [2, -1]]);
 * console.log(mean, matrix); // [ 2, 0 ], √2 · I
 * ```
 */
export function whitening(rows: readonly (readonly number[])[], options: WhiteningOptions = {}): Whitening {
  const where = 'flows.whitening';
  checkOptions(where, options, { ridge: true });
  const { ridge = 0 } = options;
  const d = rows[0]?.length ?? 0;
  ensure(
    rows.length >= 2 &&
      d > 0 &&
      rows.every((row) => row.length === d && row.every(Number.isFinite)) &&
      ridge >= 0,
    where,
    () => 'expected at least two rows of as many finite numbers each, and a ridge ≥ 0',
  );
  const mean = Array.from(
    { length: d },
    (_, j) => rows.reduce((total, row) => total + row[j]!, 0) / rows.length,
  );
  const covariance = new Float64Array(d * d);
  for (const row of rows) {
    for (let i = 0; i < d; i++) {
      const from = row[i]! - mean[i]!;
      for (let j = 0; j <= i; j++) covariance[i * d + j]! += (from * (row[j]! - mean[j]!)) / rows.length;
    }
  }
  for (let i = 0; i < d; i++) covariance[i * (d + 1)]! *= 1 + ridge;
  const factor = cholesky(covariance, d);
  const found = factor && invertMatrix(factor, d);
  ensure(found !== null, where, () => 'expected columns that do not follow from each other, or a ridge > 0');
  return { mean, matrix: Array.from(found.inverse) };
}

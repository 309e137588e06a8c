import type { Table } from '@iresnet/datasets';
import { cholesky } from './conditioning';
import { hostMap } from './hostMap';

/** Rows at least: of fewer no correlation is known. */
const LEAST_ROWS = 20;
/** Columns at most: the matrix is written into the configuration as text. */
const MOST_COLUMNS = 256;
/** Rows that correlations are taken from at most; their error is then below 0.005. */
const MOST_ROWS = 50_000;
/** Rows a column from which correlations are taken as they are. */
const SURE = 50;
/** How much of correlations is taken for chance: the values that are tried. */
const SHRINKAGES = [0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1];
const FOLDS = 5;
/**
 * The lower triangular C with C Cᵀ = (1 − λ) R + λ I, R the correlations of the columns, in
 * float64.
 *
 * C⁻¹ makes the columns uncorrelated, so that a flow behind it starts at the Gaussian of the rows
 * and a direction in which they hardly vary counts as much as the others. Correlations of few rows
 * are partly chance: below 50 rows a column λ is the one of nine values from 0 to 1 under which
 * rows that were left out are likeliest, by 5-fold cross-validation of the Gaussian.
 *
 * @param table - Training rows, in random order.
 * @param moments - Mean and deviation of each of its d columns.
 * @returns C row by row, `[d, d]`; null for one column, for more than 256, for fewer than 20 rows,
 * and where λ is 1. Cost O(n d²), and O(45 d³) for λ.
 */
export function correlationFactor(
  { columns: { length: d }, rows: all, values }: Table,
  moments: { readonly mean: readonly number[]; readonly deviation: readonly number[] },
): readonly number[] | null {
  const rows = Math.min(all, MOST_ROWS);
  if (d === 1 || d > MOST_COLUMNS || rows < LEAST_ROWS) return null;
  const { toModel } = hostMap(moments);
  // Σ z zᵀ over the rows of each fold; only the lower triangle is used.
  const products = Array.from({ length: FOLDS }, () => new Float64Array(d * d));
  for (let row = 0; row < rows; row++) {
    const z = toModel(values.subarray(row * d, (row + 1) * d));
    const sum = products[row % FOLDS]!;
    for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) sum[i * d + j]! += z[i]! * z[j]!;
  }
  const total = products.reduce((sum, product) => sum.map((value, i) => value + product[i]!));
  const lambda = rows < SURE * d ? bestShrinkage(products, total, rows, d) : 0;
  return lambda === 1 ? null : Array.from(factorOf(total, rows, lambda, d));
}

/** The λ under which rows that were left out are likeliest. */
function bestShrinkage(
  products: readonly Float64Array[],
  total: Float64Array,
  rows: number,
  d: number,
): number {
  const scores = SHRINKAGES.map((lambda) =>
    products.reduce((sum, left, fold) => {
      const count = Math.ceil((rows - fold) / FOLDS);
      const others = total.map((value, i) => value - left[i]!);
      return sum + logLikelihood(left, count, factorOf(others, rows - count, lambda, d), d);
    }, 0),
  );
  return SHRINKAGES[scores.indexOf(Math.max(...scores))]!;
}

/** C of the products of so many rows. */
function factorOf(products: Float64Array, rows: number, lambda: number, d: number): Float64Array {
  const factor = new Float64Array(d * d);
  const entry = (i: number, j: number): number =>
    ((1 - lambda) * products[i * d + j]!) / rows + (i === j ? lambda : 0);
  cholesky(d, entry).forEach((row, i) => factor.set(row, i * d));
  return factor;
}

/** Σ ln N(z; 0, C Cᵀ) over rows with these products, nats, less what is the same for all C. */
function logLikelihood(products: Float64Array, rows: number, factor: Float64Array, d: number): number {
  let sum = 0;
  // tr(C⁻¹ S C⁻ᵀ), row by row of C⁻¹.
  const inverse = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const diagonal = factor[i * (d + 1)]!;
    for (let j = 0; j <= i; j++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++) rest -= factor[i * d + k]! * inverse[k * d + j]!;
      inverse[i * d + j] = rest / diagonal;
    }
    let square = 0;
    for (let a = 0; a <= i; a++)
      for (let b = 0; b <= a; b++)
        square += (a === b ? 1 : 2) * inverse[i * d + a]! * products[a * d + b]! * inverse[i * d + b]!;
    sum -= square / 2 + rows * Math.log(diagonal);
  }
  return sum;
}

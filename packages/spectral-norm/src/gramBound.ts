import { ensure } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Unit of the rounding margins: 8 units of float64. */
export const ROUNDING = 2 ** -50;

/**
 * A Gram bound raised by more than the rounding of its iteration. A product of n terms loses at most 3n·2⁻⁵³·‖G‖²_F, which is r times
 * as much of ‖G‖₂² at rank r; the roots halve the loss of each step that follows, so their sum is that of one. The carried logarithm loses
 * about 2⁻⁵³ of itself a step.
 */
export function aboveRounding(bound: number, steps: number, rows: number, columns: number): number {
  if (bound === 0) return 0;
  return bound * (1 + ROUNDING * (rows * columns + 20 + (steps + 2) * Math.abs(Math.log(bound))));
}

/**
 * A certified upper bound of ‖W‖₂ by Gram iteration: G₀ = WᵀW, Gₖ₊₁ = GₖᵀGₖ, ‖W‖₂ ≤ ‖Gₖ‖_F^(1/2ᵏ⁺¹).
 *
 * Deterministic, decreasing in k, and quadratically convergent: the excess over ‖W‖₂ is at most a factor r^(1/2ᵏ⁺²) with r the
 * rank, 1.0007 for rank 20 at k = 10. Each Gₖ is scaled to unit Frobenius norm with the scale carried in a logarithm. Runs on the
 * host in float64, and the result is rounded up by more than the iteration's own rounding error.
 *
 * @param matrix - W, `[n, m]`, read back once.
 * @param steps - k; default 12 (1.0002 for rank 20).
 * @returns The bound. Costs (k+1)·min(n, m)²·max(n, m)-ish multiplications.
 * @throws IResNetError when W is no matrix, or holds NaN or infinity.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { gramBound } from '@iresnet/spectral-norm';
 *
 * console.log(gramBound(tf.tensor2d([[3, 0], [0, 2]]))); // 3.0000000…
 * ```
 *
 * @see Delattre et al., Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration (arXiv 2305.16173).
 */
export function gramBound(matrix: Tensor, steps = 12): number {
  ensure(
    matrix.rank === 2,
    'spectral-norm.gramBound',
    () => `expected a matrix [n, m], got shape [${matrix.shape}]`,
  );
  const [rows, columns] = matrix.shape as [number, number];
  const values = Float64Array.from(matrix.dataSync());
  ensure(
    values.every(Number.isFinite),
    'spectral-norm.gramBound',
    () => 'expected finite values, got NaN or infinity',
  );
  // The smaller Gram matrix has the same norm.
  let gram =
    rows <= columns
      ? selfProducts(values, rows, columns)
      : selfProducts(transposed(values, rows, columns), columns, rows);
  const n = Math.min(rows, columns);
  let logScale = 0; // log of the factor taken out of gram
  for (let k = 0; k < steps; k++) {
    const size = normalize(gram);
    if (size === 0) return 0;
    logScale = 2 * (logScale + Math.log(size));
    gram = selfProducts(gram, n, n);
  }
  const size = frobenius(gram);
  if (size === 0) return 0;
  const bound = Math.exp((Math.log(size) + logScale) / 2 ** (steps + 1));
  return aboveRounding(bound, steps, rows, columns);
}

/** M Mᵀ for M `[rows, columns]`; symmetric, so half of it is computed. */
function selfProducts(m: Float64Array, rows: number, columns: number): Float64Array {
  const product = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let k = 0, a = i * columns, b = j * columns; k < columns; k++) total += m[a + k]! * m[b + k]!;
      product[i * rows + j] = product[j * rows + i] = total;
    }
  }
  return product;
}

function transposed(m: Float64Array, rows: number, columns: number): Float64Array {
  const t = new Float64Array(m.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) t[j * rows + i] = m[i * columns + j]!;
  return t;
}

function frobenius(m: Float64Array): number {
  let total = 0;
  for (const value of m) total += value * value;
  return Math.sqrt(total);
}

/** Scale to unit Frobenius norm in place; returns the norm taken out. */
function normalize(m: Float64Array): number {
  const size = frobenius(m);
  if (size > 0) for (let i = 0; i < m.length; i++) m[i]! /= size;
  return size;
}

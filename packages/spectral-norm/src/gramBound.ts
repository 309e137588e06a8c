import { checkTensor, ensure, readProven } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { ensureFinite } from './ensureFinite';
import { aboveRounding } from './rounding';

/**
 * A certified upper bound of ‖W‖₂ by Gram iteration: G₀ = WᵀW, Gₖ₊₁ = GₖᵀGₖ, ‖W‖₂ ≤
 * ‖Gₖ‖_F^(1/2ᵏ⁺¹).
 *
 * It is deterministic, decreases in k and converges quadratically: it exceeds ‖W‖₂ by at most a
 * factor r^(1/2ᵏ⁺²) with r the rank, 1.0007 for rank 20 at k = 10. Each Gₖ is scaled to unit
 * Frobenius norm, with the scale carried in a logarithm. It runs on the host in float64, and the
 * result is rounded up by more than the rounding error of the iteration.
 *
 * @param matrix - W, `[n, m]`, read back once.
 * @param steps - k; default 12 (1.0002 for rank 20).
 * @returns The bound. It costs about min(n, m)²·max(n, m) multiplications, and min(n, m)³ for each
 * step.
 * @throws IResNetError when W is not a living float32 matrix or k is not a count; of kind
 * `diverged` when W holds NaN or infinity.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { gramBound } from '@iresnet/spectral-norm';
 *
 * console.log(gramBound(tf.tensor2d([[3, 0], [0, 2]]))); // 3.0000000…
 * ```
 *
 * @see Delattre et al., Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram
 * Iteration (arXiv 2305.16173).
 */
export function gramBound(matrix: Tensor, steps = 12): number {
  const where = 'spectral-norm.gramBound';
  checkTensor(where, 'matrix', matrix);
  ensure(matrix.rank === 2, where, () => `expected a matrix [n, m], got shape [${matrix.shape}]`);
  ensure(Number.isInteger(steps) && steps >= 0, where, () => `expected steps ≥ 0, got ${steps}`);
  const [rows, columns] = matrix.shape as [number, number];
  const values = Float64Array.from(readProven(where, matrix));
  ensureFinite(where, values);
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

/** Scale to unit Frobenius norm in place; returns the old norm. */
function normalize(m: Float64Array): number {
  const size = frobenius(m);
  if (size > 0) for (let i = 0; i < m.length; i++) m[i]! /= size;
  return size;
}

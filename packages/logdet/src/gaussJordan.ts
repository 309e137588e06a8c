/**
 * M⁻¹ of one n × n matrix in float64, by Gauss–Jordan elimination with partial pivoting.
 *
 * @param matrix - Row-major, overwritten.
 * @returns Row-major: NaN for a singular matrix.
 */
export function inverseOf(matrix: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  for (let k = 0; k < n; k++) {
    const pivot = pivoted(k, n, matrix, inverse);
    if (pivot === 0) return inverse.fill(NaN);
    for (let j = 0; j < n; j++) {
      matrix[k * n + j]! /= pivot;
      inverse[k * n + j]! /= pivot;
    }
    for (let i = 0; i < n; i++) {
      const factor = matrix[i * n + k]!;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        matrix[i * n + j]! -= factor * matrix[k * n + j]!;
        inverse[i * n + j]! -= factor * inverse[k * n + j]!;
      }
    }
  }
  return inverse;
}

/**
 * log|det M| of one n × n matrix in float64, by Gaussian elimination with partial pivoting: a sixth
 * of the work of {@link inverseOf}.
 *
 * @param matrix - Row-major, overwritten.
 * @returns Nats: −Infinity for a singular matrix, NaN for one with a NaN.
 */
export function logAbsDet(matrix: Float64Array, n: number): number {
  let total = 0;
  for (let k = 0; k < n; k++) {
    const pivot = pivoted(k, n, matrix);
    // No pivot is left: the matrix is singular, unless the rest holds a NaN.
    if (pivot === 0) return matrix.some(Number.isNaN) ? NaN : -Infinity;
    total += Math.log(Math.abs(pivot));
    const row = k * n;
    for (let j = k + 1; j < n; j++) matrix[row + j]! /= pivot;
    for (let i = k + 1; i < n; i++) {
      const below = i * n;
      const factor = matrix[below + k]!;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) matrix[below + j]! -= factor * matrix[row + j]!;
    }
  }
  return total;
}

/**
 * The value of column k, at or below row k, with the largest size. Its row changes places with row
 * k, in the second matrix too.
 */
function pivoted(k: number, n: number, matrix: Float64Array, second?: Float64Array): number {
  let at = k;
  for (let i = k + 1; i < n; i++) {
    if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[at * n + k]!)) at = i;
  }
  if (at !== k) {
    swapRows(matrix, n, k, at);
    if (second) swapRows(second, n, k, at);
  }
  return matrix[k * n + k]!;
}

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  for (let j = 0; j < n; j++) {
    const kept = matrix[a * n + j]!;
    matrix[a * n + j] = matrix[b * n + j]!;
    matrix[b * n + j] = kept;
  }
}

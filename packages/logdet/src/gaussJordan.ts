/**
 * M⁻¹ and log|det M| of one n × n matrix in float64, by Gauss–Jordan elimination with partial
 * pivoting.
 *
 * @param matrix - Row-major, overwritten.
 * @returns `logAbsDet` in nats: −Infinity for a singular matrix, whose inverse is then NaN.
 */
export function invertWithLogDet(
  matrix: Float64Array,
  n: number,
): { logAbsDet: number; inverse: Float64Array } {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  let logAbsDet = 0;
  for (let k = 0; k < n; k++) {
    let pivotRow = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[pivotRow * n + k]!)) pivotRow = i;
    }
    if (pivotRow !== k) {
      swapRows(matrix, n, k, pivotRow);
      swapRows(inverse, n, k, pivotRow);
    }
    const pivot = matrix[k * n + k]!;
    if (pivot === 0) {
      // No pivot is left: the matrix is singular, unless the rest holds a NaN.
      return { logAbsDet: matrix.some(Number.isNaN) ? NaN : -Infinity, inverse: inverse.fill(NaN) };
    }
    logAbsDet += Math.log(Math.abs(pivot));
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
  return { logAbsDet, inverse };
}

/**
 * log|det M| of one n × n matrix in float64, by Gaussian elimination with partial pivoting: the
 * same number as {@link invertWithLogDet}, for a sixth of the work.
 *
 * @param matrix - Row-major, overwritten.
 * @returns Nats: −Infinity for a singular matrix, NaN for one with a NaN.
 */
export function logAbsDet(matrix: Float64Array, n: number): number {
  let total = 0;
  for (let k = 0; k < n; k++) {
    let pivotRow = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[pivotRow * n + k]!)) pivotRow = i;
    }
    if (pivotRow !== k) swapRows(matrix, n, k, pivotRow);
    const row = k * n;
    const pivot = matrix[row + k]!;
    if (pivot === 0) return matrix.some(Number.isNaN) ? NaN : -Infinity;
    total += Math.log(Math.abs(pivot));
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

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  for (let j = 0; j < n; j++) {
    const kept = matrix[a * n + j]!;
    matrix[a * n + j] = matrix[b * n + j]!;
    matrix[b * n + j] = kept;
  }
}

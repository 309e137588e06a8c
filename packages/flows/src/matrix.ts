import type { Rng } from '@iresnet/core';

/**
 * A⁻¹ and ln|det A| of A `[n, n]`, by elimination with row pivots in float64. Null if A has no
 * inverse.
 */
export function invertMatrix(
  matrix: Float64Array,
  n: number,
): { inverse: Float64Array; logAbsDet: number } | null {
  const a = matrix.slice();
  const inverse = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  let logAbsDet = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    const size = a[pivot * n + k]!;
    if (!Number.isFinite(size) || size === 0) return null;
    logAbsDet += Math.log(Math.abs(size));
    for (const m of [a, inverse]) {
      for (let j = 0; j < n; j++) {
        const [x, y] = [m[k * n + j]!, m[pivot * n + j]!];
        m[k * n + j] = y / size;
        if (pivot !== k) m[pivot * n + j] = x;
      }
    }
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + k]!;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        a[i * n + j]! -= factor * a[k * n + j]!;
        inverse[i * n + j]! -= factor * inverse[k * n + j]!;
      }
    }
  }
  return { inverse, logAbsDet };
}

/** What rounding leaves of a pivot that is 0, as a share of the diagonal. */
const EPSILON = 1e-14;

/** C with C Cᵀ = A, lower triangular, for a positive definite A `[n, n]`. Null if A is not. */
export function cholesky(matrix: Float64Array, n: number): Float64Array | null {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= c[i * n + k]! * c[j * n + k]!;
      if (i !== j) c[i * n + j] = rest / c[j * n + j]!;
      else if (rest > n * EPSILON * matrix[i * n + i]!) c[i * n + i] = Math.sqrt(rest);
      else return null;
    }
  }
  return c;
}

/** ‖A‖_F ≥ ‖A‖₂. */
export function frobenius(matrix: Float64Array): number {
  return Math.sqrt(matrix.reduce((total, value) => total + value * value, 0));
}

/** ‖A B − I‖_F in float64. */
export function residualOfInverse(a: Float64Array, b: Float64Array | Float32Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? -1 : 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[k * n + j]!;
      total += sum * sum;
    }
  }
  return Math.sqrt(total);
}

/**
 * A bound of ‖A‖₂ for a square A `[n, n]`: ‖(AᵀA)⁴‖_F^⅛, at most n^¹⁄₁₆ above it. The factor covers
 * rounding up to n = 1,000.
 */
export function normAbove(matrix: Float64Array, n: number): number {
  const size = frobenius(matrix);
  if (!(size > 0 && size < Infinity)) return size;
  const unit = matrix.map((value) => value / size);
  let gram = product(transposed(unit, n), unit, n);
  for (let squaring = 0; squaring < 2; squaring++) gram = product(gram, gram, n);
  return size * frobenius(gram) ** (1 / 8) * (1 + 1e-9);
}

function transposed(a: Float64Array, n: number): Float64Array {
  return a.map((_, i) => a[(i % n) * n + Math.floor(i / n)]!);
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[k * n + j]!;
    }
  }
  return c;
}

/**
 * A rotation or reflection `[n, n]`: normal draws, made orthonormal row by row, twice for rounding.
 */
export function randomRotation(n: number, rng: Rng): Float64Array {
  const draws = rng.normal([n, n]);
  const q = Float64Array.from(draws.dataSync());
  draws.dispose();
  for (let i = 0; i < n; i++) {
    const row = q.subarray(i * n, (i + 1) * n);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const before = q.subarray(k * n, (k + 1) * n);
        const along = row.reduce((total, value, j) => total + value * before[j]!, 0);
        for (let j = 0; j < n; j++) row[j]! -= along * before[j]!;
      }
      const length = frobenius(row);
      for (let j = 0; j < n; j++) row[j]! /= length;
    }
  }
  return q;
}

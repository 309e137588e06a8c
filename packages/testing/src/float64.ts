import { ensure } from '@iresnet/core/internal';

/** A matrix as a list of rows; what `arraySync` gives for a tensor of rank 2. */
export type Matrix = readonly ArrayLike<number>[];

/**
 * log|det A| in float64, by LU decomposition with partial pivoting. −∞ for a singular matrix.
 *
 * Cost n³/3. The argument is not changed.
 *
 * @param matrix - A, n rows of n numbers.
 * @throws IResNetError when the matrix is not square.
 *
 * @example
 * ```ts
 * import { logAbsDet } from '@iresnet/testing';
 *
 * console.log(Math.exp(logAbsDet([[0, 2], [3, 1]]))); // 6, up to rounding
 * ```
 */
export function logAbsDet(matrix: Matrix): number {
  const rows = matrix.map((row) => Float64Array.from(row));
  const n = rows.length;
  ensure(
    rows.every((row) => row.length === n),
    'testing.logAbsDet',
    () => `expected a square matrix, got ${n} rows of ${rows.map((row) => row.length).join(', ')} values`,
  );
  let sum = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    const top = rows[pivot]!;
    rows[pivot] = rows[k]!;
    rows[k] = top;
    if (top[k] === 0) return -Infinity;
    sum += Math.log(Math.abs(top[k]!));
    for (let i = k + 1; i < n; i++) {
      const row = rows[i]!;
      const factor = row[k]! / top[k]!;
      for (let j = k + 1; j < n; j++) row[j]! -= factor * top[j]!;
    }
  }
  return sum;
}

/** Sweeps after which one-sided Jacobi has long converged (it takes about ten). */
const MAX_SWEEPS = 60;

/**
 * The singular values of A in float64, in descending order, by one-sided Jacobi rotations.
 *
 * min(m, n) values for m rows of n numbers; small ones are accurate relative to themselves. The
 * argument is not changed.
 *
 * @example
 * ```ts
 * import { singularValues } from '@iresnet/testing';
 *
 * console.log(singularValues([[3, 0], [0, -4], [0, 0]])); // Float64Array [ 4, 3 ]
 * ```
 */
export function singularValues(matrix: Matrix): Float64Array {
  const m = matrix.length;
  const n = matrix[0]?.length ?? 0;
  // Rotate the shorter family of vectors: rows of a wide matrix, columns of a tall one.
  const vectors =
    m <= n
      ? matrix.map((row) => Float64Array.from(row))
      : Array.from({ length: n }, (_, j) => Float64Array.from(matrix, (row) => row[j]!));
  for (let sweep = 0, turned = true; turned && sweep < MAX_SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < vectors.length; p++) {
      for (let q = p + 1; q < vectors.length; q++) turned = orthogonalize(vectors[p]!, vectors[q]!) || turned;
    }
  }
  return Float64Array.from(vectors, (v) => Math.sqrt(dot(v, v))).sort((a, b) => b - a);
}

/** Rotate two vectors in their plane until they are orthogonal; false when they already are. */
function orthogonalize(a: Float64Array, b: Float64Array): boolean {
  const ab = dot(a, b);
  const aa = dot(a, a);
  const bb = dot(b, b);
  if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const ai = a[i]!;
    a[i] = cosine * ai - sine * b[i]!;
    b[i] = sine * ai + cosine * b[i]!;
  }
  return true;
}

/** ⟨a, b⟩ in float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** ‖a‖ in float64. */
export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

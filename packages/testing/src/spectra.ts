import { createRng } from '@iresnet/core';
import { finiteDifference } from './differences';
import { logAbsDet, singularValues, type Matrix } from './float64';

/** Order of the test matrices. */
export const N = 4;

/** Matrices of spectral norm `size`, in the precision of float32. */
export function testMatrices(size: number): Record<string, number[][]> {
  const entry = (f: (i: number, j: number) => number): number[][] =>
    Array.from({ length: N }, (_, i) => Array.from({ length: N }, (_, j) => f(i, j)));
  const noise = createRng(1);
  const random = entry(() => noise.next() - 0.5);
  const eigenvalues = [1, -1, 0.4, -0.1];
  // The reflection I − ½ 1 1ᵀ is orthogonal: Q diag(λ) Q has these eigenvalues.
  const q = entry((i, j) => (i === j ? 0.5 : -0.5));
  const angles = [0.7, 2.5];
  const shapes: Record<string, number[][]> = {
    zero: entry(() => 0),
    nilpotent: entry((i, j) => (j > i ? random[i]![j]! : 0)),
    'a positive multiple of I': entry((i, j) => (i === j ? 1 : 0)),
    'a negative multiple of I': entry((i, j) => (i === j ? -1 : 0)),
    'symmetric indefinite': entry((i, j) =>
      eigenvalues.reduce((total, value, k) => total + value * q[i]![k]! * q[k]![j]!, 0),
    ),
    'a pair of rotations': entry((i, j) => {
      const angle = angles[i >> 1]!;
      if (i >> 1 !== j >> 1) return 0;
      return i === j ? Math.cos(angle) : i < j ? -Math.sin(angle) : Math.sin(angle);
    }),
    'of rank one': entry((i, j) => random[0]![i]! * random[1]![j]!),
    general: random,
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([kind, m]) => {
      const scale = size / (singularValues(m)[0]! || 1);
      return [kind, m.map((row) => row.map((value) => Math.fround(value * scale)))];
    }),
  );
}

/** log|det(I + A)| in float64. */
export function logDetPlusIdentity(a: Matrix): number {
  return logAbsDet(a.map((row, i) => Float64Array.from(row, (value, j) => value + (i === j ? 1 : 0))));
}

/** ∂ log|det(I + A)| / ∂A, row after row, by finite differences in float64. */
export function exactGradient(a: Matrix): Float64Array {
  return Float64Array.from({ length: N * N }, (_, k) => {
    const bumped = (t: number) =>
      a.map((row, i) => Float64Array.from(row, (value, j) => value + (i * N + j === k ? t : 0)));
    return finiteDifference((t) => [logDetPlusIdentity(bumped(t))]).value[0]!;
  });
}

import { QrDecomposition, Matrix } from 'ml-matrix';
import { createRng, type Rng } from '@iresnet/core';

/** A matrix `[rows, columns]` whose singular values are known. */
export interface Instance {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Descending. */
  readonly singular: readonly number[];
}

/** Powers of a ratio: the gap decides how fast power iteration converges. */
const decaying = (count: number, ratio: number) => Array.from({ length: count }, (_, i) => 3 * ratio ** i);

export const instances: readonly Instance[] = [
  { name: '1×1', rows: 1, columns: 1, singular: [0.7] },
  { name: 'square', rows: 6, columns: 6, singular: decaying(6, 0.8) },
  { name: 'tall', rows: 12, columns: 5, singular: decaying(5, 0.7) },
  { name: 'wide', rows: 4, columns: 20, singular: decaying(4, 0.5) },
  { name: 'a row', rows: 1, columns: 9, singular: [2] },
  { name: 'rank one', rows: 7, columns: 5, singular: [4, 0, 0, 0, 0] },
  { name: 'orthogonal', rows: 8, columns: 8, singular: new Array<number>(8).fill(1) },
  { name: 'a double largest value', rows: 5, columns: 5, singular: [2, 2, 1, 0.5, 0.1] },
  { name: 'a small gap', rows: 6, columns: 6, singular: [1, 0.98, 0.9, 0.5, 0.3, 0.1] },
  { name: 'tiny', rows: 4, columns: 4, singular: [3e-6, 1e-6, 1e-7, 1e-8] },
  { name: 'large', rows: 4, columns: 4, singular: [3e6, 1e6, 1e5, 10] },
];

/** U diag(singular) Vᵀ in float64, U and V from the QR decomposition of normal matrices. */
export function matrixOf({ rows, columns, singular }: Instance, rng: Rng = createRng(5)): number[][] {
  const u = orthogonal(rows, rng);
  const v = orthogonal(columns, rng);
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) =>
      singular.reduce((total, s, k) => total + u[i]![k]! * s * v[j]![k]!, 0),
    ),
  );
}

function orthogonal(n: number, rng: Rng): number[][] {
  const values = Array.from({ length: n }, () => Array.from({ length: n }, () => normal(rng)));
  return new QrDecomposition(new Matrix(values)).orthogonalMatrix.to2DArray();
}

/** A standard normal in float64. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

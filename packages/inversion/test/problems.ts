import * as tf from '@tensorflow/tfjs';
import { Matrix, SVD } from 'ml-matrix';
import { createRng, denseOperator, type DifferentiableMap } from '@iresnet/core';

/** A contraction of rows with its float64 double: the independent truth of the tests. */
export interface Contraction {
  readonly name: string;
  readonly lipschitz: number;
  readonly dim: number;
  /** g as a tensor map that can linearize. */
  readonly map: DifferentiableMap;
  /** g in float64, row by row. */
  readonly exact: (x: readonly number[]) => number[];
  dispose(): void;
}

type Kind = 'gaussian' | 'rotation' | 'symmetric' | 'tanh' | 'sine';
export const kinds: readonly Kind[] = ['gaussian', 'rotation', 'symmetric', 'tanh', 'sine'];

/**
 * A d×d float64 matrix of the kind, its largest singular value exactly L (by SVD), rounded to
 * float32.
 */
function matrix(kind: Kind, dim: number, lipschitz: number, seed: number): Matrix {
  const values = createRng(seed).normal([dim, dim]);
  const normal = new Matrix(values.arraySync() as number[][]);
  values.dispose();
  const raw = kind === 'symmetric' ? normal.clone().add(normal.transpose()) : normal;
  const svd = new SVD(raw);
  const shaped =
    kind === 'rotation' ? svd.leftSingularVectors.mmul(svd.rightSingularVectors.transpose()) : raw;
  const norm = kind === 'rotation' ? 1 : svd.norm2;
  // 1 − 1e-6: rounding to float32 must not lift the constant above L.
  const scaled = shaped.mul((lipschitz / norm) * (1 - 1e-6));
  return new Matrix(scaled.to2DArray().map((row) => Array.from(Float32Array.from(row))));
}

const activations = {
  none: { f: (t: tf.Tensor) => t, slope: (t: tf.Tensor) => tf.onesLike(t), exact: (v: number) => v },
  tanh: {
    f: (t: tf.Tensor) => tf.tanh(t),
    slope: (t: tf.Tensor) => tf.sub(1, tf.square(tf.tanh(t))),
    exact: Math.tanh,
  },
  sine: { f: (t: tf.Tensor) => tf.sin(t), slope: (t: tf.Tensor) => tf.cos(t), exact: Math.sin },
};

/** g(x) = σ(x K + b) for a nonlinear kind, x K + b for a linear one; K of spectral norm L. */
export function contraction(kind: Kind, lipschitz: number, dim = 16, seed = 1): Contraction {
  const k = matrix(kind, dim, lipschitz, seed);
  const shift = createRng(seed + 1).normal([dim]);
  const bias = Array.from(shift.dataSync());
  const kernel = tf.tensor2d(k.to2DArray());
  const { f, slope, exact } = activations[kind === 'tanh' || kind === 'sine' ? kind : 'none'];
  const hidden = (x: tf.Tensor) => tf.add(tf.matMul(x as tf.Tensor2D, kernel), shift);
  const map: DifferentiableMap = {
    params: {},
    dispose: () => undefined,
    apply: (x) => tf.tidy(() => f(hidden(x))),
    linearize(x) {
      const h = hidden(x);
      const s = slope(h);
      const inner = denseOperator(kernel);
      const jacobian = {
        inShape: [dim],
        outShape: [dim],
        matvec: (v: tf.Tensor) => tf.mul(s, inner.matvec(v)),
        rmatvec: (u: tf.Tensor) => inner.rmatvec(tf.mul(s, u)),
      };
      return { y: f(h), jacobian };
    },
  };
  return {
    name: `${kind}, L = ${lipschitz}`,
    lipschitz,
    dim,
    map,
    exact: (x) => bias.map((b, j) => exact(x.reduce((sum, v, i) => sum + v * k.get(i, j), b))),
    dispose: () => tf.dispose([kernel, shift]),
  };
}

/** x with y = x + g(x), by float64 Picard steps until they stop moving. */
export function solveExactly(problem: Contraction, y: readonly number[]): number[] {
  let x = [...y];
  for (let k = 0; k < 20_000; k++) {
    const g = problem.exact(x);
    const next = y.map((v, i) => v - g[i]!);
    const change = distance(next, x);
    x = next;
    if (change < 1e-13) break;
  }
  return x;
}

/** ‖a − b‖. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(...Array.from(a, (v, i) => v - b[i]!));
}

/** Rows y, `[batch, dim]`, exactly representable in float32. */
export function targets(dim: number, batch: number, seed = 9): number[][] {
  const values = createRng(seed).normal([batch, dim]);
  const rows = values.arraySync() as number[][];
  values.dispose();
  return rows;
}

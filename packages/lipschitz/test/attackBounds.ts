import * as tf from '@tensorflow/tfjs';
import { createRng, type LipschitzMap, type Rng, type Shape } from '@iresnet/core';
import { EigenvalueDecomposition, Matrix, SVD } from 'ml-matrix';
import { conv2d, dense, sequential, sin } from '../src';

/** Fills a weight of `rows` × `columns` values, first to last. */
type Weights = (rows: number, columns: number, rng: Rng) => number[];

const normals = (count: number, rng: Rng): number[] =>
  tf.tidy(() => Array.from(rng.normal([count]).dataSync()));

/** Rows that are orthonormal, as far as there are columns. */
function orthonormal(rows: number, columns: number, rng: Rng): number[] {
  const { rightSingularVectors: v } = new SVD(
    new Matrix(columns, columns).set(0, 0, 0).apply(function (this: Matrix, i, j) {
      this.set(i, j, rng.next() - 0.5);
    }),
  );
  return Array.from({ length: rows * columns }, (_, i) =>
    v.get(i % columns, Math.floor(i / columns) % columns),
  );
}

const scaled =
  (size: number): Weights =>
  (rows, columns, rng) =>
    normals(rows * columns, rng).map((value) => size * value);

/** The weights that are tried: where bounds, powers and squares are near the edges of float32. */
const weights: Readonly<Record<string, Weights>> = {
  normal: scaled(1),
  denormal: scaled(1e-41),
  tiny: scaled(1e-30),
  huge: scaled(1e30),
  zero: (rows, columns) => new Array<number>(rows * columns).fill(0),
  constant: (rows, columns) => new Array<number>(rows * columns).fill(0.7),
  one: (rows, columns, rng) => {
    const values = new Array<number>(rows * columns).fill(0);
    values[rng.nextInt(values.length)] = 5;
    return values;
  },
  rankOne: (rows, columns, rng) => {
    const [a, b] = [normals(rows, rng), normals(columns, rng)];
    return a.flatMap((x) => b.map((y) => x * y));
  },
  orthogonal: orthonormal,
  nearEqual: (rows, columns, rng) => {
    const noise = normals(rows * columns, rng);
    return orthonormal(rows, columns, rng).map((value, i) => 3 * value + 1e-5 * noise[i]!);
  },
  illConditioned: (rows, columns, rng) =>
    normals(rows * columns, rng).map((value, i) => value * 10 ** (-6 * ((i % columns) / columns))),
  mixedScales: (rows, columns, rng) =>
    normals(rows * columns, rng).map((value) => value * 10 ** (60 * rng.next() - 30)),
  blocks: (rows, columns, rng) =>
    normals(rows * columns, rng).map((value, i) =>
      Math.floor(i / columns) < rows / 2 === i % columns < columns / 2 ? value : 0,
    ),
};

const coefficients = [1e-3, 0.5, 0.9, 0.97, 0.9999999, Infinity];
const images: readonly (readonly [number, number])[] = [[1, 1], [1, 6], [5, 1], [2, 2], [3, 4], [6, 6]]; // prettier-ignore

/** What an attack found. */
export interface Attack {
  readonly checks: number;
  /** Bounds below the float64 norm, or above c after `enforceBounds`. */
  readonly violations: readonly string[];
  /** The largest bound/norm − 1. */
  readonly slack: number;
}

/** The matrix of a linear map: its values at the unit vectors, which float32 gives exactly. */
function matrixOf(map: LipschitzMap, shape: Shape): Matrix {
  const d = shape.reduce((product, n) => product * n, 1);
  const rows = tf.tidy(
    () => tf.reshape(map.apply(tf.reshape(tf.eye(d), [d, ...shape])), [d, -1]).arraySync() as number[][],
  );
  return new Matrix(rows);
}

/**
 * ‖M‖₂ in float64, for entries of any size: ‖M v‖ of the first eigenvector of MᵀM, whose error
 * counts squared. (The SVD of ml-matrix does not end for some matrices of mixed scales.)
 */
function normOf(matrix: Matrix): number {
  const largest = Math.max(matrix.max(), -matrix.min());
  if (!(largest > 0)) return largest;
  const unit = Matrix.div(matrix, largest);
  const m = unit.rows < unit.columns ? unit.transpose() : unit;
  const { eigenvectorMatrix } = new EigenvalueDecomposition(m.transpose().mmul(m), { assumeSymmetric: true });
  const v = eigenvectorMatrix.subMatrixColumn([m.columns - 1]);
  return (largest * m.mmul(v).norm('frobenius')) / v.norm('frobenius');
}

/** What products of some hundred rows round. */
const ROUNDING = 1e-13;

/** Random layers of every kind against the float64 norm of the operator that they apply. */
export function attackLayers(count: number, seed = 1): Attack {
  const violations: string[] = [];
  let [checks, slack] = [0, 0];
  const kinds = Object.keys(weights);
  for (let index = 0; index < count; index++) {
    const rng = createRng(seed).split(index);
    const kind = kinds[index % kinds.length]!;
    const coefficient = coefficients[rng.nextInt(coefficients.length)]!;
    const [inputs, outputs] = [1 + rng.nextInt(6), 1 + rng.nextInt(6)];
    const options = { inputs, outputs, bias: false, coefficient, rng: rng.split('layer') };
    const isDense = rng.next() < 0.4;
    const imageSize = images[rng.nextInt(images.length)]!;
    const kernelSize = [1, 3, 5, 7, 9][rng.nextInt(5)]!;
    const layer = isDense ? dense(options) : conv2d({ ...options, kernelSize, imageSize: [...imageSize] });
    const shape = isDense ? [inputs] : [...imageSize, inputs];
    const kernel = layer.params['kernel']!;
    tf.tidy(() => {
      const rows = kernel.size / outputs;
      kernel.assign(tf.tensor(weights[kind]!(rows, outputs, rng), kernel.shape) as typeof kernel);
      if (rng.next() < 0.3) {
        for (const name of ['u', 'v']) layer.params[name]!.assign(tf.zerosLike(layer.params[name]!) as never);
      }
    });
    const what = `${index} ${kind} ${isDense ? 'dense' : `conv ${kernelSize} on ${imageSize}`} c=${coefficient}`;
    const check = (limit: number): void => {
      checks++;
      const norm = normOf(matrixOf(layer, shape));
      const bound = layer.lipschitzBound();
      if (!(bound >= norm * (1 - ROUNDING))) violations.push(`${what}: bound ${bound} below ${norm}`);
      if (bound > limit) violations.push(`${what}: bound ${bound} above c after enforceBounds`);
      if (norm > 1e-30) slack = Math.max(slack, bound / norm - 1);
    };
    check(Infinity);
    layer.enforceBounds?.();
    check(coefficient);
    layer.dispose();
  }
  return { checks, violations, slack };
}

/** Branches dense – sin – dense: their bound against the Jacobian in float64 at random points. */
export function attackBranches(count: number, seed = 2): Attack {
  const violations: string[] = [];
  let checks = 0;
  const kinds = Object.keys(weights);
  for (let index = 0; index < count; index++) {
    const rng = createRng(seed).split(index);
    const [d, h] = [1 + rng.nextInt(4), 1 + rng.nextInt(6)];
    const layers = [dense({ inputs: d, outputs: h, rng }), dense({ inputs: h, outputs: d, rng })] as const;
    const names = [kinds[index % kinds.length]!, kinds[rng.nextInt(kinds.length)]!];
    tf.tidy(() =>
      layers.forEach((layer, i) => {
        const kernel = layer.params['kernel']!;
        const values = weights[names[i]!]!(kernel.shape[0]!, kernel.shape[1]!, rng);
        kernel.assign(tf.tensor(values, kernel.shape) as typeof kernel);
        const bias = layer.params['bias']!;
        bias.assign(rng.normal(bias.shape) as typeof bias);
      }),
    );
    const bound = sequential(layers[0], sin(), layers[1]).lipschitzBound();
    const [first, second] = layers.map((layer) =>
      matrixOf(layer, [layer.params['kernel']!.shape[0]!]).subRowVector(
        Array.from(layer.params['bias']!.dataSync()),
      ),
    ) as [Matrix, Matrix];
    const bias = Array.from(layers[0].params['bias']!.dataSync());
    for (let point = 0; point < 4; point++) {
      const x = new Matrix([normals(d, rng)]);
      const slopes = x.mmul(first).addRowVector(bias).to1DArray().map(Math.cos);
      const norm = normOf(first.clone().mulRowVector(slopes).mmul(second));
      checks++;
      // The bias was taken off in float32: an error of 1e-7 of values of order one.
      if (!(bound >= norm * (1 - 1e-12) - 1e-6)) violations.push(`${index} ${names}: ${bound} below ${norm}`);
    }
    layers.forEach((layer) => layer.dispose());
  }
  return { checks, violations, slack: NaN };
}

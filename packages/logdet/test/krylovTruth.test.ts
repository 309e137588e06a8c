import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, type LinearOperator, type LogDetEstimator } from '@iresnet/core';
import { logAbsDet, singularValues } from '@iresnet/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  fixedProbes,
  hutchPlusPlus,
  orthogonal,
  powerSeries,
  rademacher,
} from '../src';
import { orthonormalize } from '../src/krylov';
import { krylovLog } from '../src/krylovLog';
import { smallLog } from '../src/smallLog';

type Matrix = number[][];

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const times = (a: Matrix, v: readonly number[]) => a.map((row) => row.reduce((s, x, j) => s + x * v[j]!, 0));
const dot = (u: readonly number[], v: readonly number[]) => u.reduce((s, x, i) => s + x * v[i]!, 0);
const plusIdentity = (a: Matrix) => a.map((row, i) => row.map((x, j) => x + (i === j ? 1 : 0)));
const square = (d: number, f: (i: number, j: number) => number): Matrix =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => f(i, j)));

/** The matrix at spectral norm `size`, in the numbers of float32. */
function scaled(a: Matrix, size: number): Matrix {
  const factor = size / (singularValues(a)[0]! || 1);
  return a.map((row) => row.map((x) => Math.fround(x * factor)));
}

/** uᵀ log(I + A) u and (I + A)⁻¹u by the series in float64: 0.99⁶⁰⁰⁰ is 1e-26. */
function seriesTruth(a: Matrix, u: readonly number[]): { value: number; w: number[] } {
  let power = [...u];
  let value = 0;
  let w = [...u];
  for (let k = 1; k <= 6000; k++) {
    power = times(a, power);
    value += ((k % 2 === 1 ? 1 : -1) * dot(u, power)) / k;
    w = w.map((x, i) => x + (k % 2 === 1 ? -1 : 1) * power[i]!);
  }
  return { value, w };
}

/**
 * Kinds of matrices of order d at norm `size`, and how many products a Krylov space of any probe
 * can hold.
 */
function kinds(d: number, size: number): { name: string; a: Matrix; dimension: number }[] {
  const rng = createRng(4);
  const noise = square(Math.max(d, 2), () => rng.next() - 0.5);
  const spectrum = Array.from({ length: d }, (_, i) => Math.cos(i + 1));
  const reflect = square(d, (i, j) => (i === j ? 1 : 0) - 2 / d); // orthogonal and symmetric
  return [
    { name: 'zero', a: square(d, () => 0), dimension: 1 },
    { name: 'I', a: square(d, (i, j) => (i === j ? 1 : 0)), dimension: 1 },
    { name: '−I', a: square(d, (i, j) => (i === j ? -1 : 0)), dimension: 1 },
    { name: 'rank one', a: square(d, (i, j) => noise[0]![i]! * noise[1]![j]!), dimension: 2 },
    { name: 'nilpotent', a: square(d, (i, j) => (j > i ? noise[i]![j]! : 0)), dimension: d },
    { name: 'a shift', a: square(d, (i, j) => (j === (i + 1) % d ? 1 : 0)), dimension: d },
    { name: 'skew', a: square(d, (i, j) => noise[i]![j]! - noise[j]![i]!), dimension: d },
    {
      name: 'symmetric',
      a: square(d, (i, j) => spectrum.reduce((s, x, k) => s + x * reflect[i]![k]! * reflect[k]![j]!, 0)),
      dimension: d,
    },
    { name: 'general', a: square(d, (i, j) => noise[i]![j]!), dimension: d },
  ].map((kind) => ({ ...kind, a: scaled(kind.a, size) }));
}

/** One matrix for each example, with a count of products. */
function batched(matrices: readonly Matrix[]) {
  const d = matrices[0]!.length;
  const a = tf.tensor(matrices.flat(2), [matrices.length, d, d]);
  const taped: boolean[] = [];
  const alive: number[] = [];
  const state = tf.engine().state as unknown as { activeTape: unknown };
  const product = (v: tf.Tensor) => tf.tidy(() => tf.sum(tf.mul(a, tf.expandDims(v, -2)), -1));
  const operator: LinearOperator = {
    inShape: [d],
    outShape: [d],
    matvec(v) {
      taped.push(state.activeTape != null);
      alive.push(tf.memory().numTensors);
      return product(v);
    },
    rmatvec: () => {
      throw new Error('estimators need no transpose');
    },
  };
  return { operator, like: tf.zeros([matrices.length, d]), taped, alive, a };
}

const estimate = (estimator: LogDetEstimator, matrices: readonly Matrix[], seed = 0) => {
  const { operator, like } = batched(matrices);
  return valuesOf(estimator(operator, like.shape, createRng(seed)));
};

describe.each(['cpu', ...wasm, ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  // Float32 rounding of H, 6e-8, is amplified by up to 1/(1 − c).
  test.each([
    [0.5, 3e-7],
    [0.9, 1e-6],
    [0.98, 2e-6],
    [0.99, 4e-6],
  ])('e₁ᵀ log(I + H) e₁ and (I + H)⁻¹e₁ of small matrices, ‖H‖ = %d', (size, tolerance) => {
    for (const m of [1, 2, 5, 12]) {
      const first = Array.from({ length: m }, (_, i) => (i === 0 ? 1 : 0));
      const all = kinds(m, size);
      const { value, coordinates } = smallLog(
        tf.tensor(
          all.flatMap(({ a }) => a.flat()),
          [all.length, m, m],
        ),
      );
      const solutions = coordinates.arraySync() as number[][];
      all.forEach(({ name, a }, i) => {
        const truth = seriesTruth(a, first);
        expect(Math.abs(valuesOf(value)[i]! - truth.value), `${name}, m = ${m}`).toBeLessThan(tolerance);
        const error = Math.hypot(...truth.w.map((x, k) => x - solutions[i]![k]!));
        expect(error / Math.hypot(...truth.w), `${name}, m = ${m}`).toBeLessThan(10 * tolerance);
      });
    }
  });

  test.each([1, 2, 6])('m = d = %i: uᵀ log(I + A) u and (I + A)⁻¹u of every kind of matrix', (d) => {
    const all = kinds(d, 0.9);
    const { operator } = batched(all.map(({ a }) => a));
    const u = createRng(7).normal([2, all.length, d]); // of no special length
    const { value, w } = krylovLog(u, operator.matvec, d);
    const us = u.arraySync() as number[][][];
    const ws = w.arraySync() as number[][][];
    const got = value.arraySync() as number[][];
    for (const s of [0, 1]) {
      all.forEach(({ name, a }, b) => {
        const truth = seriesTruth(a, us[s]![b]!);
        const length = dot(us[s]![b]!, us[s]![b]!);
        expect(Math.abs(got[s]![b]! - truth.value), name).toBeLessThan(2e-6 * Math.max(1, length));
        const error = Math.hypot(...truth.w.map((x, k) => x - ws[s]![b]![k]!));
        expect(error, name).toBeLessThan(1e-5 * Math.hypot(...truth.w));
      });
    }
  });

  test('an invariant space is exact with the products that span it, and stays so with more', () => {
    const d = 6;
    const all = kinds(d, 0.9);
    for (const { name, a, dimension } of all) {
      const truth = logAbsDet(plusIdentity(a));
      for (const products of [dimension, Math.min(d, dimension + 1), d, d + 1, 3 * d]) {
        const [value] = estimate(arnoldi({ products, probe: basis() }), [a]);
        expect(Math.abs(value! - truth), `${name}, ${products} products`).toBeLessThan(3e-6);
      }
    }
  });

  test('an example of one value takes one product, whatever is asked for', () => {
    const operator = denseOperator(tf.tensor2d([[-0.6]]));
    let products = 0;
    const counting = {
      ...operator,
      matvec: (v: tf.Tensor) => {
        products++;
        return operator.matvec(v);
      },
    };
    const value = arnoldi({ products: 4 })(counting, [1, 1], createRng(0)).dataSync()[0]!;
    expect(Math.abs(value - Math.log(0.4))).toBeLessThan(1e-6);
    expect(products).toBe(2); // one for the basis, and the taped one
  });

  test('a zero probe has the value 0 and no NaN in its gradient', () => {
    const a = tf.variable(tf.tensor2d(kinds(4, 0.9).at(-1)!.a));
    const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, a as tf.Tensor2D);
    const estimator = arnoldi({ products: 3, probe: fixedProbes(tf.zeros([1, 2, 4])) });
    const { value, grads } = tf.variableGrads(
      () => tf.sum(estimator(product, [2, 4], createRng(0))) as tf.Scalar,
    );
    expect(valuesOf(value)).toEqual([0]);
    expect(valuesOf(grads[a.name]!)).toEqual(new Array(16).fill(0));
    a.dispose();
  });

  test('NaN in one example leaves the others as they are', () => {
    const good = kinds(5, 0.9)
      .slice(-3)
      .map(({ a }) => a);
    const broken = good.map((a, i) => (i === 1 ? a.map((row) => row.map(() => NaN)) : a));
    for (const estimator of [
      arnoldi({ products: 4, probe: rademacher(2) }),
      adaptiveArnoldi({ tolerance: 1e-5, probe: rademacher(2) }),
      arnoldi({ products: 3, probe: orthogonal(3) }),
      powerSeries({ truncation: 4, probe: hutchPlusPlus({ directions: 2 }) }),
    ]) {
      const [before, after] = [good, broken].map((matrices) => estimate(estimator, matrices, 3));
      expect(after![1]).toBeNaN();
      expect([after![0], after![2]]).toEqual([before![0], before![2]]);
    }
  });

  test('for a real spectrum in [−0.9, 0.9] five products are as good as twenty terms, eight as forty', () => {
    const d = 64;
    const a = square(d, (i, j) => (i === j ? Math.fround(-0.9 + (1.8 * i) / (d - 1)) : 0));
    // Of a diagonal matrix every sign vector gives the trace itself: what is left is the
    // truncation.
    const error = (estimator: LogDetEstimator) =>
      Math.abs(estimate(estimator, [a])[0]! - logAbsDet(plusIdentity(a)));
    // Within a factor of 1.5, of errors that the next product divides by three.
    for (const [products, terms] of [
      [5, 20],
      [8, 40],
    ] as const) {
      const series = error(powerSeries({ truncation: terms }));
      expect(error(arnoldi({ products }))).toBeLessThan(1.5 * series);
    }
  });

  test('m products off the tape and one on it, with no more tensors alive behind it for more', () => {
    const { operator, like, taped, alive } = batched(kinds(9, 0.9).map(({ a }) => a));
    const scale = tf.variable(tf.scalar(1));
    const scaledOperator = {
      ...operator,
      matvec: (v: tf.Tensor) => tf.mul(scale, operator.matvec(v)) as tf.Tensor,
    };
    const atTape = (products: number) => {
      taped.length = alive.length = 0;
      const estimator = arnoldi({ products, probe: rademacher(3) });
      tf.dispose(
        tf.variableGrads(() => tf.sum(estimator(scaledOperator, like.shape, createRng(0))) as tf.Scalar),
      );
      expect(taped).toEqual([...new Array<boolean>(products).fill(false), true]);
      return alive.at(-1)!;
    };
    atTape(1); // constants that the backend keeps
    expect(atTape(9)).toBe(atTape(2));
    scale.dispose();
  });

  describe('adaptiveArnoldi', () => {
    test.each([0.5, 0.9])('the error is at most ε/(1 − ‖A‖) at norm %d', (size) => {
      const all = kinds(8, size);
      for (const tolerance of [1, 0.1, 1e-3]) {
        for (const { name, a, dimension } of all) {
          const { operator, like, taped } = batched([a]);
          const u = createRng(5).rademacher([1, 1, 8]);
          const estimator = adaptiveArnoldi({ tolerance, probe: fixedProbes(u) });
          const [value] = valuesOf(estimator(operator, like.shape, createRng(0)));
          const truth = seriesTruth(a, valuesOf(u)).value;
          expect(Math.abs(value! - truth), name).toBeLessThan(tolerance / (1 - size) + 2e-5);
          // With the product of the gradient.
          expect(taped.length, name).toBeLessThanOrEqual(dimension + 1);
        }
      }
    });

    test('values that agree do not stop it: a skew matrix, whose first value is 0', () => {
      const skew = kinds(4, 0.9).find(({ name }) => name === 'skew')!.a;
      const [value] = estimate(adaptiveArnoldi({ tolerance: 1e-4, probe: basis() }), [skew]);
      expect(value).toBeCloseTo(logAbsDet(plusIdentity(skew)), 5);
    });

    test('stops at maxProducts, and counts an example that is NaN as done', () => {
      const { a } = kinds(8, 0.9).at(-1)!;
      const run = (matrices: Matrix[], maxProducts: number) => {
        const { operator, like, taped } = batched(matrices);
        adaptiveArnoldi({ tolerance: 0, maxProducts })(operator, like.shape, createRng(1));
        return taped.length - 1;
      };
      expect(run([a], 3)).toBe(3);
      expect(run([a], 50)).toBe(8); // d
      expect(run([a.map((row) => row.map(() => NaN))], 5)).toBe(1);
    });
  });

  describe('orthogonal probes', () => {
    // Gaussian vectors times a signed permutation R are as likely. If the probes of G R are those
    // of G times R, then E[u uᵀ] is its own mean over all R, and that is ‖u‖²/d I.
    test('are unbiased: equivariant, and the mean over all signed permutations is I', () => {
      const d = 3;
      const g = createRng(2).normal([1, 2, d]);
      const rows = (orthonormalize(g).arraySync() as number[][][])[0]!;
      const mean = square(d, () => 0);
      const permutations = [0, 1, 2].flatMap((i) =>
        [0, 1, 2].filter((j) => j !== i).map((j) => [i, j, 3 - i - j]),
      );
      for (const order of permutations) {
        for (let signs = 0; signs < 8; signs++) {
          const turned = tf.mul(
            tf.gather(g, order, 2),
            [0, 1, 2].map((k) => ((signs >> k) & 1 ? 1 : -1)),
          );
          const got = (orthonormalize(turned).arraySync() as number[][][])[0]!;
          got.forEach((row, s) => {
            row.forEach((x, k) =>
              expect(x).toBeCloseTo(((signs >> k) & 1 ? 1 : -1) * rows[s]![order[k]!]!, 5),
            );
            row.forEach((x, i) => row.forEach((y, j) => (mean[i]![j]! += (d * x * y) / (2 * 48))));
          });
        }
      }
      mean.forEach((row, i) => row.forEach((x, j) => expect(x).toBeCloseTo(i === j ? 1 : 0, 5)));
    });
  });

  test('orthonormalize: a dependent row becomes zero, the others span the rest', () => {
    const q = orthonormalize(
      tf.tensor3d([
        [
          [3, 0, 4],
          [6, 0, 8],
          [0, 2, 0],
          [0, 0, 0],
        ],
      ]),
    );
    const expected = [0.6, 0, 0.8, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    valuesOf(q).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 6));
  });

  test('Hutch++ is unbiased: the mean over all sign vectors is the exact trace, value and gradient', () => {
    const d = 3;
    const signs = Array.from({ length: 2 ** d }, (_, code) =>
      Array.from({ length: d }, (_, k) => ((code >> k) & 1 ? 1 : -1)),
    );
    const every = fixedProbes(tf.tensor(signs, [2 ** d, 1, d]));
    const rows = kinds(d, 0.8).at(-1)!.a;
    const a = tf.variable(tf.tensor2d(rows));
    // u ↦ A u for row vectors.
    const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, a as tf.Tensor2D, false, true);
    for (const directions of [1, 2]) {
      const estimator = arnoldi({ products: d, probe: hutchPlusPlus({ directions, probe: every }) });
      const { value, grads } = tf.variableGrads(
        () => tf.sum(estimator(product, [1, d], createRng(directions))) as tf.Scalar,
      );
      expect(valuesOf(value)[0]).toBeCloseTo(logAbsDet(plusIdentity(rows)), 5);
      // ∂ log|det(I + A)|/∂A = (I + A)⁻ᵀ; column j of the inverse is the series applied to eⱼ.
      const gradient = grads[a.name]!.arraySync() as number[][];
      for (let j = 0; j < d; j++) {
        const column = seriesTruth(
          rows,
          rows.map((_, k) => (k === j ? 1 : 0)),
        ).w;
        column.forEach((x, i) => expect(gradient[j]![i]).toBeCloseTo(x, 4));
      }
    }
    a.dispose();
  });

  test('a caller’s mistakes', () => {
    const { operator, like } = batched([kinds(3, 0.5).at(-1)!.a]);
    const rng = createRng(0);
    const mistakes: [() => unknown, string][] = [
      [
        () => arnoldi({ products: 2 })(operator, [1, 2], rng),
        'logdet.arnoldi: expected an operator [2] → [2], got [3] → [3]',
      ],
      [
        () => arnoldi({ products: 2, probe: fixedProbes(tf.zeros([1, 2, 3])) })(operator, like.shape, rng),
        'logdet.arnoldi: expected probes of shape [S,1,3], got [1,2,3]',
      ],
      [() => adaptiveArnoldi({ tolerance: -1 }), 'logdet.adaptiveArnoldi: expected tolerance ≥ 0, got -1'],
      [
        () => adaptiveArnoldi({ tolerance: 1, maxProducts: 0.5 }),
        'logdet.adaptiveArnoldi: expected maxProducts ≥ 1, got 0.5',
      ],
      [() => orthogonal(0), 'logdet.orthogonal: expected samples ≥ 1, got 0'],
      [
        () => orthogonal(4)(like.shape, rng),
        'logdet.orthogonal: expected samples ≤ 3, the size of an example, got 4',
      ],
      [() => hutchPlusPlus({ directions: 0 }), 'logdet.hutchPlusPlus: expected directions ≥ 1, got 0'],
      [
        () => hutchPlusPlus({ directions: 4 })(like.shape, rng, operator.matvec),
        'logdet.hutchPlusPlus: expected directions ≤ 3, the size of an example, got 4',
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
    }
  });
});

import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, transposeOperator, type LinearOperator } from '@iresnet/core';
import { checkNoLeak, finiteDifference } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  gramBound,
  powerIteration,
  rescale,
  singularValue,
  spectralNorm,
  subspaceIteration,
  subspaceValue,
  type SingularStart,
} from '../src';
import { instances, matrixOf } from './table';

/**
 * Float32 rounding of the entries and of a product of up to 20 terms: some units of 2⁻²⁴, relative
 * to the norm.
 */
const ROUNDING = 1e-6;

const value = (t: tf.Tensor) => tf.util.flatten(t.arraySync() as number[]) as number[];
const scalarOf = (t: tf.Tensor) => t.dataSync()[0]!;

/** Kernel K of an operator A = Kᵀ: the singular values are the same. */
const kernelOf = (instance: (typeof instances)[number]) => tf.tensor2d(matrixOf(instance));

/** An operator that counts its products. */
function counting(a: LinearOperator): LinearOperator & { products: number } {
  const counter = {
    inShape: a.inShape,
    outShape: a.outShape,
    products: 0,
    matvec: (v: tf.Tensor) => (counter.products++, a.matvec(v)),
    rmatvec: (u: tf.Tensor) => (counter.products++, a.rmatvec(u)),
  };
  return counter;
}

/** Every law of the package, on the current backend. */
export function laws(): void {
  describe.each(instances)('$name', (instance) => {
    const sigma1 = instance.singular[0]!;
    const { rows, columns } = instance;
    const start = () => createRng(2).normal([1, columns]);

    test('power iteration finds σ and its vectors, and is never above', () => {
      const a = denseOperator(kernelOf(instance));
      const found = powerIteration(a, start(), { rtol: 0, maxSteps: 400 });
      // (σ₂/σ₁)⁸⁰⁰ is below 1e-7 for the smallest gap of the table.
      expect(scalarOf(found.sigma) / sigma1).toBeGreaterThan(1 - ROUNDING);
      expect(scalarOf(found.sigma) / sigma1).toBeLessThan(1 + ROUNDING);
      expect(found.steps).toBe(400);
      expect(found.u.shape).toEqual([1, columns]);
      expect(found.v.shape).toEqual([1, rows]);
      for (const vector of [found.u, found.v]) {
        expect(Math.hypot(...value(vector))).toBeCloseTo(1, 5);
      }
      // A v = σ u
      const error = tf.norm(tf.sub(a.matvec(found.v), tf.mul(found.sigma, found.u)));
      expect(scalarOf(error) / sigma1).toBeLessThan(ROUNDING);
    });

    test('the estimate rises with the steps and stays below the truth', () => {
      const a = denseOperator(kernelOf(instance));
      let last = 0;
      for (const maxSteps of [1, 2, 3, 5, 8, 13, 40]) {
        const sigma = scalarOf(powerIteration(a, start(), { rtol: 0, maxSteps }).sigma);
        expect(sigma).toBeGreaterThanOrEqual(last * (1 - ROUNDING));
        expect(sigma).toBeLessThanOrEqual(sigma1 * (1 + ROUNDING));
        last = sigma;
      }
    });

    test('of the transposed operator it is the same, with u and v exchanged', () => {
      const a = transposeOperator(denseOperator(kernelOf(instance)));
      const found = powerIteration(a, createRng(2).normal([1, rows]), { rtol: 0, maxSteps: 400 });
      expect(scalarOf(found.sigma) / sigma1).toBeCloseTo(1, 5);
      expect([found.u.shape, found.v.shape]).toEqual([
        [1, rows],
        [1, columns],
      ]);
    });

    test('a tolerance stops it early, a random long start does not', () => {
      const a = denseOperator(kernelOf(instance));
      const long = tf.mul(1000, start());
      const { sigma, steps } = powerIteration(a, long, { rtol: 1e-5, maxSteps: 1000 });
      expect(steps).toBeLessThan(1000);
      // While σ₁ is approached with the factor (σ₂/σ₁)² a step, what is left is at most 1/(1 −
      // that) of the last gain: 25 for the smallest gap, 0.98.
      expect(1 - scalarOf(sigma) / sigma1).toBeLessThan(30 * 1e-5);
    });

    /** p start vectors. */
    const starts = (p: number): SingularStart => {
      const rng = createRng(2);
      const u = rng.normal([1, columns]);
      return p > 1 ? { u, rest: rng.normal([p - 1, columns]) } : { u };
    };

    test.each([1, 2, 3])('iteration of %i vectors finds σ and its vectors, and is never above', (p) => {
      if (p > Math.min(rows, columns)) return;
      const a = denseOperator(kernelOf(instance));
      const found = subspaceIteration(a, starts(p), { rtol: 0, maxSteps: 400 });
      expect(found.sigma / sigma1).toBeGreaterThan(1 - ROUNDING);
      expect(found.sigma / sigma1).toBeLessThan(1 + ROUNDING);
      expect([found.u.shape, found.v.shape, found.rest?.shape]).toEqual([
        [1, columns],
        [1, rows],
        p > 1 ? [p - 1, columns] : undefined,
      ]);
      const error = tf.norm(tf.sub(a.matvec(found.v), tf.mul(found.sigma, found.u)));
      expect(scalarOf(error) / sigma1).toBeLessThan(ROUNDING);
      const all = tf.concat([found.u, ...(found.rest ? [found.rest] : [])]) as tf.Tensor2D;
      const gram = tf.matMul(all, all, false, true);
      expect(scalarOf(tf.max(tf.abs(tf.sub(gram, tf.eye(p)))))).toBeLessThan(ROUNDING);
      // Few steps of p vectors are never above either.
      for (const maxSteps of [1, 2, 5])
        expect(subspaceIteration(a, starts(p), { rtol: 0, maxSteps }).sigma / sigma1).toBeLessThan(
          1 + ROUNDING,
        );
    });

    test('stored vectors of two give the σ of the call that found them, bit for bit', () => {
      if (Math.min(rows, columns) < 2) return;
      const a = counting(denseOperator(kernelOf(instance)));
      const found = subspaceIteration(a, starts(2));
      expect(subspaceValue(a, found)).toBe(found.sigma);
      a.products = 0;
      expect(subspaceIteration(a, found, { rtol: 1e-3 }).steps).toBe(1);
      expect(a.products).toBe(2);
    });

    test('products on the host find the same norm, and its stored vectors give the same bits', () => {
      const a = denseOperator(kernelOf(instance));
      const options = { rtol: 0, maxSteps: 200 };
      const [onDevice, onHost] = [counting(a), a].map((b) => subspaceIteration(b, starts(1), options));
      expect(a.onHost).toBeDefined();
      // Float32 products are summed in another order.
      expect(onHost!.sigma / onDevice!.sigma).toBeCloseTo(1, 5);
      expect(subspaceValue(a, onHost!)).toBe(onHost!.sigma);
    });

    test('from the vectors of the last call it is done at once, with the same σ', () => {
      const a = counting(denseOperator(kernelOf(instance)));
      const first = powerIteration(a, start(), { rtol: 0, maxSteps: 400 });
      a.products = 0;
      const again = powerIteration(a, first.u, { rtol: 1e-5 });
      expect(again.steps).toBe(1);
      expect(a.products).toBe(2);
      expect(scalarOf(again.sigma) / scalarOf(first.sigma)).toBeCloseTo(1, 6);
    });

    test('stored vectors give the σ of the call that found them, bit for bit', () => {
      const a = denseOperator(kernelOf(instance));
      const { sigma, u, v } = powerIteration(a, start());
      expect(scalarOf(singularValue(a, u, v))).toBe(scalarOf(sigma));
    });

    test('the gradient of singularValue is u vᵀ, and that of σ₁ where it is simple', () => {
      if (instance.singular[1] === sigma1) return; // not differentiable there
      const matrix = matrixOf(instance);
      const kernel = tf.tensor2d(matrix);
      const { u, v } = powerIteration(denseOperator(kernel), start(), { rtol: 0, maxSteps: 400 });
      const gradient = tf.grad((k: tf.Tensor) => singularValue(denseOperator(k), u, v))(kernel);
      const outer = tf.matMul(v as tf.Tensor2D, u as tf.Tensor2D, true);
      expect(scalarOf(tf.max(tf.abs(tf.sub(gradient, outer))))).toBeLessThan(1e-6);
      // Along a random direction D: dσ₁ = ⟨v uᵀ, D⟩, against σ₁(K + tD) from singular values in
      // float64.
      const rng = createRng(8);
      const direction = matrix.map((row) => row.map(() => rng.next() - 0.5));
      const along = matrix.flatMap((row, i) =>
        row.map((_, j) => direction[i]![j]! * value(gradient)[i * columns + j]!),
      );
      const { value: truth } = finiteDifference(
        (t) => [
          largestSingularValue(matrix.map((row, i) => row.map((x, j) => x + t * sigma1 * direction[i]![j]!))),
        ],
        2 ** -12,
      );
      // The vectors are exact to (σ₂/σ₁)⁴⁰⁰, 3e-4 for the smallest gap.
      expect(along.reduce((a, b) => a + b, 0)).toBeCloseTo(truth[0]! / sigma1, 3);
    });

    test('rescale by σ gives a norm of c, and leaves a smaller weight as it is', () => {
      const kernel = kernelOf(instance);
      const c = 0.8 * sigma1;
      const scaled = rescale(kernel, tf.scalar(sigma1), c);
      expect(gramBound(scaled) / c).toBeCloseTo(1, 3);
      expect(value(rescale(kernel, tf.scalar(sigma1), 2 * sigma1))).toEqual(value(kernel));
      // A number is as good as a tensor.
      const [asNumber, asTensor] = [sigma1, tf.scalar(sigma1)].map((s) => value(rescale(kernel, s, c)));
      expect(asNumber).toEqual(asTensor);
      expect(gramBound(rescale(kernel, tf.scalar(sigma1), c, 0.25)) / (sigma1 / 1.5)).toBeCloseTo(1, 3);
    });

    test('leaves its result and nothing else', () => {
      const kernel = kernelOf(instance);
      const a = denseOperator(kernel);
      const u = start();
      const { v } = powerIteration(a, u);
      const sigma = tf.scalar(1);
      checkNoLeak(() => powerIteration(a, u, { maxSteps: 5 }), { name: 'powerIteration', tape: true });
      checkNoLeak(() => subspaceIteration(a, { u }, { maxSteps: 5 }), {
        name: 'subspaceIteration',
        tape: true,
      });
      checkNoLeak(() => singularValue(a, u, v), { name: 'singularValue', tape: true });
      checkNoLeak(() => rescale(kernel, sigma, 0.5, 1e-5), { name: 'rescale', tape: true });
      checkNoLeak(() => spectralNorm(a, createRng(0)), { name: 'spectralNorm', tape: true });
      checkNoLeak(() => gramBound(kernel), { name: 'gramBound', tape: true });
    });
  });

  test('two values that change places are followed by two vectors in one step, and not by one', () => {
    const at = (second: number) => denseOperator(tf.tensor2d([[3, 0, 0], [0, second, 0], [0, 0, 1]])); // prettier-ignore
    const pair = { u: tf.tensor2d([[1, 1, 1]]), rest: tf.tensor2d([[1, -1, 0.5]]) };
    const once = { rtol: 0, maxSteps: 1 };
    const long = { rtol: 0, maxSteps: 60 };
    // 3 and 2.5 were first and second; then the second is 3.3.
    expect(subspaceIteration(at(3.3), subspaceIteration(at(2.5), pair, long), once).sigma).toBeCloseTo(
      3.3,
      5,
    );
    const one = subspaceIteration(at(2.5), { u: pair.u }, long);
    expect(subspaceIteration(at(3.3), one, once).sigma).toBeLessThan(3.001);
  });

  test('start vectors that span too little are replaced', () => {
    const a = denseOperator(tf.tensor2d([[0, 0], [0, 7]])); // prettier-ignore
    const bad: SingularStart[] = [
      { u: tf.tensor2d([[1, 0]]), rest: tf.tensor2d([[2, 0]]) },
      { u: tf.tensor2d([[0, 0]]), rest: tf.tensor2d([[0, 0]]) },
      { u: tf.tensor2d([[NaN, 1]]), rest: tf.tensor2d([[Infinity, 0]]) },
    ];
    for (const start of bad) expect(subspaceIteration(a, start).sigma).toBeCloseTo(7, 5);
  });

  test('zero and NaN do not enter the vectors of two', () => {
    const start = { u: tf.tensor2d([[3, 4]]), rest: tf.tensor2d([[4, -3]]) };
    for (const [entry, sigma] of [
      [0, 0],
      [NaN, NaN],
    ] as const) {
      const found = subspaceIteration(denseOperator(tf.fill([2, 2], entry)), start);
      expect(found.sigma).toBe(sigma);
      expect([value(found.u), value(found.rest!)]).toEqual([
        [0.6, 0.8].map(Math.fround),
        [0.8, -0.6].map(Math.fround),
      ]);
    }
  });

  test('of a zero matrix: σ = 0, and its u starts the next call', () => {
    const zero = denseOperator(tf.zeros([3, 4]));
    const { sigma, u, v, steps } = powerIteration(zero, tf.tensor2d([[3, 0, 4, 0]]));
    expect([scalarOf(sigma), steps]).toEqual([0, 1]);
    expect(value(u)).toEqual([0.6, 0, 0.8, 0].map(Math.fround));
    expect(value(v)).toEqual([0, 0, 0]);
    const later = powerIteration(
      denseOperator(tf.tensor2d(matrixOf(instances[2]!))),
      createRng(1).normal([1, 5]),
    );
    expect(scalarOf(later.sigma)).toBeGreaterThan(2.9);
  });

  test('NaN in A does not enter u', () => {
    const broken = denseOperator(tf.tensor2d([[NaN, 1]]));
    const { sigma, u } = powerIteration(broken, tf.tensor2d([[3, 4]]));
    expect(scalarOf(sigma)).toBeNaN();
    expect(value(u)).toEqual([0.6, 0.8].map(Math.fround));
  });

  test('is a constant for an enclosing gradient', () => {
    const f = (k: tf.Tensor) => tf.sum(tf.mul(k, powerIteration(denseOperator(k), tf.ones([1, 2])).sigma));
    const gradient = tf.grad(f)(
      tf.tensor2d([
        [2, 0],
        [0, 1],
      ]),
    );
    // σ alone, no term through dσ.
    for (const entry of value(gradient)) expect(entry).toBeCloseTo(2, 2);
  });

  test('operators with an event of rank 3', () => {
    const a: LinearOperator = {
      inShape: [2, 1, 2],
      outShape: [2, 2],
      matvec: (v) => tf.mul(3, tf.reshape(v, [-1, 2, 2])),
      rmatvec: (u) => tf.mul(3, tf.reshape(u, [-1, 2, 1, 2])),
    };
    const { sigma, u, v } = powerIteration(a, createRng(0).normal([1, 2, 2]));
    expect(scalarOf(sigma)).toBeCloseTo(3, 5);
    expect([u.shape, v.shape]).toEqual([
      [1, 2, 2],
      [1, 2, 1, 2],
    ]);
    expect(spectralNorm(a, createRng(0))).toBeCloseTo(3, 5);
  });

  test('the gradient of rescale through σ, by hand', () => {
    // w/(σ/c) with σ = 4, c = 2, w = 3: ∂/∂w = c/σ, ∂/∂σ = −w c/σ².
    const [dw, ds] = tf.grads((w: tf.Tensor, s: tf.Tensor) => rescale(w, s, 2))([tf.scalar(3), tf.scalar(4)]);
    expect([scalarOf(dw!), scalarOf(ds!)]).toEqual([0.5, -0.375]);
    // Below the bound σ has no part in it.
    const [, none] = tf.grads((w: tf.Tensor, s: tf.Tensor) => rescale(w, s, 2))([tf.scalar(3), tf.scalar(1)]);
    expect(scalarOf(none!)).toBeCloseTo(0);
  });

  test('a caller’s mistakes', () => {
    const a = denseOperator(tf.zeros([3, 2]));
    const kernel = tf.zeros([2, 2]);
    const mistakes: [() => unknown, string][] = [
      [
        () => powerIteration(a, tf.zeros([1, 3])),
        'spectral-norm.powerIteration: expected a start vector of shape [1,2], got [1,3]',
      ],
      [
        () => powerIteration(a, tf.zeros([2, 2])),
        'spectral-norm.powerIteration: expected a start vector of shape [1,2], got [2,2]',
      ],
      [
        () => powerIteration(a, tf.zeros([1, 2]), { maxSteps: 0 }),
        'spectral-norm.powerIteration: expected maxSteps ≥ 1, got 0',
      ],
      [
        () => subspaceIteration(a, { u: tf.zeros([2, 2]) }),
        'spectral-norm.subspaceIteration: expected u [1,2] and less than 2 more, got [2,2]',
      ],
      [
        () => subspaceIteration(a, { u: tf.zeros([1, 2]), rest: tf.zeros([2, 2]) }),
        'spectral-norm.subspaceIteration: expected u [1,2] and less than 2 more, got [1,2] and [2,2]',
      ],
      [() => rescale(kernel, tf.scalar(1), 0), 'spectral-norm.rescale: expected a coefficient > 0, got 0'],
      [
        () => rescale(kernel, tf.scalar(1), NaN),
        'spectral-norm.rescale: expected a coefficient > 0, got NaN',
      ],
      [() => rescale(kernel, tf.scalar(1), 1, -1), 'spectral-norm.rescale: expected an epsilon ≥ 0, got -1'],
      [
        () => gramBound(tf.zeros([2, 2, 1])),
        'spectral-norm.gramBound: expected a matrix [n, m], got shape [2,2,1]',
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
    }
    // NaN in a weight is not a mistake of the call.
    expect(() => gramBound(tf.tensor2d([[1, NaN]]))).toThrow(
      expect.objectContaining({
        kind: 'diverged',
        message: 'spectral-norm.gramBound: expected finite values, got NaN at index 1',
      }),
    );
  });
}

/** σ₁ in float64 by plain power iteration on KᵀK, written here without any library. */
function largestSingularValue(k: readonly (readonly number[])[]): number {
  let v = k[0]!.map((_, j) => 1 + 0.1 * j);
  let length = 0;
  for (let step = 0; step < 3000; step++) {
    const kv = k.map((row) => row.reduce((total, x, j) => total + x * v[j]!, 0));
    const ktkv = v.map((_, j) => k.reduce((total, row, i) => total + row[j]! * kv[i]!, 0));
    length = Math.hypot(...ktkv);
    v = ktkv.map((x) => x / length);
  }
  return Math.sqrt(length);
}

import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  addOperators,
  basisVectors,
  composeOperators,
  createRng,
  denseOperator,
  diagonalOperator,
  identityOperator,
  materialize,
  scaleOperator,
  transposeOperator,
  type LinearOperator,
} from '../src';
import { onEachBackend } from './backends';

type Matrix = number[][];
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const elementwise = (a: Matrix, f: (value: number, i: number, j: number) => number): Matrix =>
  a.map((row, i) => row.map((value, j) => f(value, i, j)));
const diag = (d: number[]): Matrix => d.map((value, i) => d.map((_, j) => (i === j ? value : 0)));
const rowsOf = (t: tf.Tensor): Matrix => t.arraySync() as Matrix;

/** An operator with its matrices written out in float64, one per example. */
interface Case {
  operator: LinearOperator;
  matrices: Matrix[];
}

const cases: Record<string, (batch: number, m: number, n: number, seed: number) => Case> = {
  dense: (batch, m, n, seed) => {
    const kernel = createRng(seed).normal([n, m]);
    return {
      operator: denseOperator(kernel),
      matrices: Array<Matrix>(batch).fill(transposed(rowsOf(kernel))),
    };
  },
  identity: (batch, _, n) => ({
    operator: identityOperator([n]),
    matrices: Array<Matrix>(batch).fill(diag(Array<number>(n).fill(1))),
  }),
  diagonal: (batch, _, n, seed) => {
    const d = createRng(seed).normal([batch, n]);
    return { operator: diagonalOperator(d), matrices: rowsOf(d).map(diag) };
  },
  transpose: (...shape) => {
    const { operator, matrices } = cases.dense!(...shape);
    return { operator: transposeOperator(operator), matrices: matrices.map(transposed) };
  },
  scale: (...shape) => {
    const { operator, matrices } = cases.dense!(...shape);
    return {
      operator: scaleOperator(operator, -1.5),
      matrices: matrices.map((m) => elementwise(m, (value) => -1.5 * value)),
    };
  },
  sum: (batch, m, n, seed) => {
    const [a, b] = [cases.dense!(batch, m, n, seed), cases.dense!(batch, m, n, seed + 1)];
    return {
      operator: addOperators(a.operator, b.operator),
      matrices: a.matrices.map((left, k) =>
        elementwise(left, (value, i, j) => value + b.matrices[k]![i]![j]!),
      ),
    };
  },
  'composition of three': (batch, m, n, seed) => {
    const a = cases.dense!(batch, m + 1, n, seed);
    const d = cases.diagonal!(batch, 0, m + 1, seed + 1);
    const b = cases.dense!(batch, m, m + 1, seed + 2);
    return {
      operator: composeOperators(a.operator, d.operator, b.operator),
      matrices: a.matrices.map((first, k) => product(b.matrices[k]!, product(d.matrices[k]!, first))),
    };
  },
};

/** ‖a − b‖ ≤ 1e-5 (1 + ‖b‖) elementwise: float32 rounding of a few products. */
const near = (t: tf.Tensor, expected: number[]): void => {
  const values = t.dataSync();
  expect(values.length).toBe(expected.length);
  const scale = 1 + Math.hypot(...expected);
  expected.forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThanOrEqual(1e-5 * scale));
};
const size = fc.integer({ min: 1, max: 6 });

onEachBackend(() => {
  test.each(Object.entries(cases))(
    '%s agrees with its matrices, single and stacked, and leaks nothing',
    (_, make) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 3 }), size, size, fc.nat(1000), (batch, m, n, seed) => {
          tf.tidy(() => {
            const { operator, matrices } = make(batch, m, n, seed);
            const [rows, columns] = [matrices[0]!.length, matrices[0]![0]!.length];
            expect([operator.inShape, operator.outShape]).toEqual([[columns], [rows]]);
            const vs = createRng(seed).split('v').normal([2, batch, columns]);
            const us = createRng(seed).split('u').normal([2, batch, rows]);
            const apply = (t: tf.Tensor, of: Matrix[]) =>
              (t.arraySync() as number[][][]).map((examples) =>
                examples.map((v, b) =>
                  product(
                    of[b]!,
                    v.map((x) => [x]),
                  ).flat(),
                ),
              );
            const before = tf.memory().numTensors;
            const stacked = [operator.matvec(vs), operator.rmatvec(us)] as const;
            expect(tf.memory().numTensors).toBe(before + 2);
            expect(stacked.map((t) => t.shape)).toEqual([
              [2, batch, rows],
              [2, batch, columns],
            ]);
            near(stacked[0], apply(vs, matrices).flat(2));
            near(stacked[1], apply(us, matrices.map(transposed)).flat(2));
            const [v] = tf.unstack(vs);
            const [u] = tf.unstack(us);
            near(operator.matvec(v!), apply(vs, matrices)[0]!.flat());
            near(operator.rmatvec(u!), apply(us, matrices.map(transposed))[0]!.flat());
            const written = materialize(operator, batch);
            expect(written.shape).toEqual([batch, rows, columns]);
            near(written, matrices.flat(2));
          });
        }),
        { seed: 1, numRuns: 12 },
      );
    },
  );

  test('products are taped: the gradients of ⟨u, A v⟩ with respect to v, K and d', () => {
    const kernel = tf.variable(
      tf.tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    const d = tf.variable(tf.tensor2d([[2, -1]]));
    const v = tf.variable(tf.tensor2d([[1, 0, -1]]));
    const u = tf.tensor2d([[10, 1]]);
    for (const transposing of [false, true]) {
      const { grads } = tf.variableGrads(() => {
        const a = composeOperators(denseOperator(kernel), diagonalOperator(d));
        return tf.sum(transposing ? tf.mul(v, a.rmatvec(u)) : tf.mul(u, a.matvec(v)));
      });
      // ⟨u, diag(d) Kᵀ v⟩ = Σᵢⱼ vᵢ Kᵢⱼ dⱼ uⱼ, with d ⊙ u = (20, −1) and Kᵀ v = (−4, −4).
      expect(grads[v.name]!.arraySync()).toEqual([[18, 56, 94]]);
      // Nobody promises the sign of a zero; adding 0 makes it positive.
      expect(tf.add(grads[kernel.name]!, 0).arraySync()).toEqual([
        [20, -1],
        [0, 0],
        [-20, 1],
      ]);
      expect(grads[d.name]!.arraySync()).toEqual([[-40, -4]]);
    }
    tf.dispose([kernel, d, v, u]);
  });

  test('events of any rank, the scalar event included', () => {
    for (const shape of [[], [2, 3], [2, 1, 2]]) {
      const d = createRng(1).normal([2, ...shape]);
      const a = composeOperators(identityOperator(shape), diagonalOperator(d));
      const count = d.size / 2;
      expect(a.matvec(tf.ones([3, 2, ...shape])).shape).toEqual([3, 2, ...shape]);
      near(materialize(a, 2), (tf.reshape(d, [2, count]).arraySync() as Matrix).map(diag).flat(2));
    }
  });

  test('the basis: eᵢ for every example', () => {
    expect(basisVectors(2, [1, 2]).arraySync()).toEqual([
      [[[1, 0]], [[1, 0]]],
      [[[0, 1]], [[0, 1]]],
    ]);
  });

  test('a bare product is written out as an operator is, rectangular too', () => {
    const kernel = createRng(2).normal([2, 3]);
    const bare = (v: tf.Tensor) =>
      tf.reshape(tf.matMul(tf.reshape(v, [-1, 2]), kernel as tf.Tensor2D), [2, 1, 3]);
    const written = materialize(bare, 2, [2, 1]);
    expect(written.shape).toEqual([2, 3, 2]);
    const matrix = transposed(rowsOf(kernel));
    near(written, [matrix, matrix].flat(2));
  });
});

describe('what does not fit is named:', () => {
  const ones = (...shape: number[]) => denseOperator(tf.ones(shape));
  test.each<[string, () => unknown]>([
    ['core.denseOperator: expected a kernel [in, out], got shape [3]', () => ones(3)],
    [
      'core.denseOperator.matvec: expected vectors of 2 values, got shape [1,3]',
      () => ones(2, 3).matvec(tf.ones([1, 3])),
    ],
    [
      'core.denseOperator.rmatvec: expected vectors of 3 values, got shape [4,1,2]',
      () => ones(2, 3).rmatvec(tf.ones([4, 1, 2])),
    ],
    ['core.composeOperators: expected at least one operator, got none', () => composeOperators()],
    [
      'core.composeOperators: expected equal shapes, got [3] and [2]',
      () => composeOperators(ones(2, 3), ones(2, 3)),
    ],
    ['core.addOperators: expected equal shapes, got [2] and [3]', () => addOperators(ones(2, 3), ones(3, 3))],
    ['core.addOperators: expected equal shapes, got [3] and [1]', () => addOperators(ones(2, 3), ones(2, 1))],
    [
      'core.materialize: expected inShape beside a bare product, got undefined',
      () => materialize((v: tf.Tensor) => v, 1),
    ],
  ])('%s', (message, act) => {
    expect(act).toThrow(expect.objectContaining({ kind: 'argument', message }));
  });
});

import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import type { IResNetError } from '@iresnet/core';
import {
  anderson,
  fixedPoint,
  fixedPointAsync,
  invertResidual,
  newtonGmres,
  picard,
  type FixedPointSolver,
} from '@iresnet/inversion';
import { contraction, kinds, targets } from './problems';

const solvers: [string, FixedPointSolver][] = [
  ['picard', picard()],
  ['anderson', anderson()],
  ['newtonGmres', newtonGmres({ products: 2 })],
];

/** x ↦ c x, with its Jacobian. */
const times = (c: number) => ({
  apply: (x: tf.Tensor) => tf.mul(c, x),
  linearize: (x: tf.Tensor) => ({
    y: tf.mul(c, x) as tf.Tensor,
    jacobian: {
      inShape: x.shape.slice(1),
      outShape: x.shape.slice(1),
      matvec: (v: tf.Tensor) => tf.mul(c, v) as tf.Tensor,
      rmatvec: (u: tf.Tensor) => tf.mul(c, u) as tf.Tensor,
    },
  }),
});

/** Readbacks during `work`. */
function readbacks(work: () => unknown): number {
  const { dataSync } = tf.Tensor.prototype;
  let count = 0;
  tf.Tensor.prototype.dataSync = function (this: tf.Tensor) {
    count++;
    return dataSync.call(this);
  } as typeof dataSync;
  try {
    work();
  } finally {
    tf.Tensor.prototype.dataSync = dataSync;
  }
  return count;
}

describe.each(['cpu', 'wasm', ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  test.each(solvers)('%s: a map that breaks the promise is reported', (_, solver) => {
    const y = tf.tensor2d([
      [1, 2],
      [-3, 0.5],
    ]);
    const before = tf.memory().numTensors;
    for (const slope of [-3, 3, -0.8, 0.55]) {
      const options = { lipschitz: 0.5, solver };
      const solve = () => invertResidual(times(slope), y, options);
      expect(solve).toThrow(
        expect.objectContaining({
          kind: 'argument',
          message: expect.stringMatching(
            `^inversion.invertResidual: expected a map with Lipschitz constant at most 0.5, got two points where it is ${Math.abs(slope)} .sample [01].$`,
          ),
        }),
      );
      expect(tf.memory().numTensors).toBe(before);
      const result = invertResidual(times(slope), y, { ...options, onFailure: 'return' });
      expect(result.outcome).toEqual(['refuted', 'refuted']);
      expect(result.converged).toEqual([false, false]);
      expect(result.errorBound).toEqual([Infinity, Infinity]);
      expect(result.steps).toEqual([2, 2]); // two points
      result.value.dispose();
    }
    y.dispose();
  });

  // Every slope of a rotation is L itself. Without a tolerance the iteration goes on into rounding.
  test.each(solvers)('%s: an honest map is never accused', (_, solver) => {
    for (const kind of kinds) {
      for (const lipschitz of [0.5, 0.9, 0.99]) {
        for (const scale of [1e-20, 1e-6, 1, 1e6]) {
          const problem = contraction(kind, lipschitz);
          const y = tf.tensor2d(targets(problem.dim, 3).map((row) => row.map((v) => scale * v)));
          const { outcome, value } = invertResidual(problem.map, y, {
            lipschitz,
            solver,
            atol: 0,
            rtol: 0,
            maxSteps: 60,
            onFailure: 'return',
          });
          expect(outcome, `${kind} ${lipschitz} ${scale}`).not.toContain('refuted');
          tf.dispose([y, value]);
          problem.dispose();
        }
      }
    }
  });

  test('only the row that breaks the promise is accused; the others have their bounds', () => {
    const slopes = tf.tensor2d([[0.4], [2]]);
    const { outcome, errorBound, value } = invertResidual((x) => tf.mul(slopes, x), tf.ones([2, 3]), {
      lipschitz: 0.5,
      onFailure: 'return',
    });
    expect(outcome).toEqual(['converged', 'refuted']);
    expect(Array.from(value.dataSync().slice(0, 3))).toEqual(new Array(3).fill(expect.closeTo(1 / 1.4, 5)));
    expect(errorBound[0]).toBeLessThan(1e-5);
    expect(errorBound[1]).toBe(Infinity);
    expect(() => invertResidual((x) => tf.mul(slopes, x), tf.ones([2, 3]), { lipschitz: 0.5 })).toThrow(
      'got two points where it is 2 (sample 1)',
    );
  });

  test('it costs no evaluation and no readback', () => {
    const problem = contraction('rotation', 0.9);
    const y = tf.tensor2d(targets(problem.dim, 2));
    for (const checkEvery of [1, 4]) {
      let evaluations = 0;
      const count = readbacks(() => {
        const result = invertResidual(problem.map, y, {
          lipschitz: 0.9,
          solver: picard(),
          maxSteps: 12,
          checkEvery,
          onFailure: 'return',
        });
        evaluations = result.evaluations;
        result.value.dispose();
      });
      expect(evaluations).toBe(12);
      expect(count).toBe(12 / checkEvery);
    }
    y.dispose();
    problem.dispose();
  });

  test('with rarer checks it is found at the first of them; without a promise there is none to break', async () => {
    const x0 = tf.ones([1, 2]);
    const f = (x: tf.Tensor) => tf.add(tf.mul(-3, x), 1);
    const options = { solver: picard(), onFailure: 'return' } as const;
    const rare = fixedPoint(f, x0, { ...options, lipschitz: 0.5, checkEvery: 3 });
    expect(rare.outcome).toEqual(['refuted']);
    expect(rare.steps).toEqual([3]);
    expect(fixedPoint(f, x0, options).outcome).toEqual(['stalled']);
    await expect(fixedPointAsync(f, x0, { lipschitz: 0.5 })).rejects.toThrow(
      'inversion.fixedPointAsync: expected a map with Lipschitz constant at most 0.5, got two points where it is 3 (sample 0)',
    );
  });
});

test('the context of the error is plain', async () => {
  await tf.setBackend('cpu');
  try {
    fixedPoint((x) => tf.mul(2, x), tf.ones([1, 1]), { lipschitz: 0.25 });
    expect.unreachable();
  } catch (error) {
    expect((error as IResNetError).context).toEqual({ sample: 0, lipschitz: 0.25, slope: 2 });
  }
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import { IResNetError } from '@iresnet/core';
import {
  anderson,
  fixedPoint,
  fixedPointAsync,
  invertResidual,
  invertResidualAsync,
  newtonGmres,
  picard,
  type FixedPointOptions,
  type FixedPointResult,
  type FixedPointSolver,
} from '@iresnet/inversion';
import { contraction, distance, solveExactly, targets } from './problems';

const solvers: [string, FixedPointSolver][] = [
  ['picard', picard()],
  ['anderson', anderson()],
  ['newtonGmres', newtonGmres({ products: 2 })],
];

/** The error that `f` throws. */
function failure(f: () => unknown): IResNetError {
  try {
    f();
  } catch (error) {
    if (error instanceof IResNetError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A result with its value as rows, its tensor freed. */
function unpack({
  value,
  ...rest
}: FixedPointResult): { rows: number[][] } & Omit<FixedPointResult, 'value'> {
  const rows = tf.tidy(() => tf.reshape(value, [value.shape[0]!, -1]).arraySync() as number[][]);
  value.dispose();
  return { rows, ...rest };
}

const half = (x: tf.Tensor) => tf.mul(x, 0.5);

for (const backend of ['cpu', ...wasm, ...native]) {
  describe(backend, () => {
    beforeAll(() => startBackend(backend));

    test.each(solvers)('%s: a row with NaN leaves the others alone and does not converge', (_, solver) => {
      const problem = contraction('tanh', 0.9);
      const rows = targets(problem.dim, 3);
      const clean = tf.tensor2d([rows[0]!, rows[1]!, rows[2]!]);
      const dirty = tf.tensor2d([rows[0]!, rows[1]!.map((v, i) => (i === 3 ? NaN : v)), rows[2]!]);
      const options: FixedPointOptions = { solver, lipschitz: 0.9, onFailure: 'return' };
      const want = unpack(invertResidual(problem.map, clean, options));
      const got = unpack(invertResidual(problem.map, dirty, options));
      expect(got.converged).toEqual([true, false, true]);
      expect(got.outcome).toEqual(['converged', 'non-finite', 'converged']);
      expect(got.rows[0]).toEqual(want.rows[0]);
      expect(got.rows[2]).toEqual(want.rows[2]);
      expect(got.rows[1]!.some(Number.isNaN)).toBe(true);
      expect(got.errorBound[1]).toBe(Infinity);
      expect(got.steps[1]).toBe(1);
      expect(failure(() => invertResidual(problem.map, dirty, { solver })).message).toMatch(
        /1 of 3 that did not \(1\); 1 became NaN or infinite/,
      );
      tf.dispose([clean, dirty]);
      problem.dispose();
    });

    test.each(solvers)('%s: too few steps', (_, solver) => {
      const problem = contraction('rotation', 0.98);
      const y = tf.tensor2d(targets(problem.dim, 2));
      const options: FixedPointOptions = { solver, lipschitz: 0.98, maxSteps: 3 };
      const before = tf.memory().numTensors;
      const error = failure(() => invertResidual(problem.map, y, options));
      expect(tf.memory().numTensors).toBe(before);
      expect(error.kind).toBe('not-converged');
      expect(error.message).toMatch(
        /^inversion\.invertResidual: expected every sample to converge, got 2 of 2 that did not \(0, 1\); worst residual \d.*in sample \d; 2 reached maxSteps = 3: raise it/,
      );
      const result = unpack(invertResidual(problem.map, y, { ...options, onFailure: 'return' }));
      expect(result.outcome).toEqual(['capped', 'capped']);
      expect(result.steps).toEqual([3, 3]);
      expect(error.context).toEqual({
        converged: result.converged,
        outcome: ['capped', 'capped'],
        steps: result.steps,
        residual: result.residual,
        errorBound: result.errorBound,
        boundKind: result.boundKind,
        evaluations: result.evaluations,
      });
      // The bound is a bound long before convergence.
      targets(problem.dim, 2).forEach((row, i) => {
        expect(distance(result.rows[i]!, solveExactly(problem, row))).toBeLessThanOrEqual(
          result.errorBound[i]!,
        );
      });
      y.dispose();
      problem.dispose();
    });

    test('rounding stops a sample whose tolerance float32 cannot reach, with an honest bound', () => {
      const problem = contraction('symmetric', 0.9);
      const rows = targets(problem.dim, 3);
      const y = tf.tensor2d(rows.map((row) => row.map((v) => 10 * v)));
      for (const solver of [picard(), anderson()]) {
        const options: FixedPointOptions = {
          solver,
          lipschitz: 0.9,
          atol: 1e-12,
          rtol: 0,
          onFailure: 'return',
        };
        const result = unpack(invertResidual(problem.map, y, options));
        expect(result.converged).toEqual([false, false, false]);
        // ln 2⁻²⁴ / ln 0.9 = 158 steps, and 32 without a new minimum.
        expect(Math.max(...result.steps)).toBeLessThan(400);
        rows.forEach((row, i) => {
          const truth = solveExactly(
            problem,
            row.map((v) => Math.fround(10 * v)),
          );
          const error = distance(result.rows[i]!, truth);
          expect(error).toBeLessThanOrEqual(result.errorBound[i]!);
          expect(error).toBeLessThan(1e-5 * Math.hypot(...truth));
        });
        expect(
          failure(() => invertResidual(problem.map, y, { ...options, onFailure: 'throw' })).message,
        ).toMatch(/3 stopped improving: the tolerance is below the rounding of float32/);
      }
      y.dispose();
      problem.dispose();
    });

    test('a map that is not a contraction is given up', () => {
      const x0 = tf.ones([2, 2]);
      const grow = (x: tf.Tensor) => tf.mul(x, -1.5);
      const result = unpack(fixedPoint(grow, x0, { solver: picard(), onFailure: 'return' }));
      expect(result.converged).toEqual([false, false]);
      expect(result.outcome).toEqual(['stalled', 'stalled']);
      expect(result.steps).toEqual([33, 33]);
      expect(failure(() => fixedPoint(grow, x0, { solver: picard() })).message).toMatch(
        /or f is not a contraction/,
      );
      // Anderson solves it all the same: a linear map of one direction.
      const solved = unpack(fixedPoint(grow, x0, { solver: anderson() }));
      solved.rows.forEach((row) => expect(Math.hypot(...row)).toBeLessThan(1e-5));
      x0.dispose();
    });

    test.each(solvers)('%s: leaves the value alone alive', (_, solver) => {
      const problem = contraction('sine', 0.9);
      const y = tf.tensor2d(targets(problem.dim, 3));
      const before = tf.memory().numTensors;
      for (const checkEvery of [1, 3]) {
        const { value } = invertResidual(problem.map, y, { solver, checkEvery });
        expect(tf.memory().numTensors).toBe(before + 1);
        value.dispose();
      }
      let calls = 0;
      const broken = {
        apply: (x: tf.Tensor) => {
          if (++calls === 3) throw new Error('broken');
          return problem.map.apply(x);
        },
        linearize: (x: tf.Tensor) => problem.map.linearize(x),
      };
      expect(() => invertResidual(broken, y, { solver })).toThrow('broken');
      expect(tf.memory().numTensors).toBe(before);
      tf.tidy(() => void invertResidual(problem.map, y, { solver }));
      expect(tf.memory().numTensors).toBe(before);
      y.dispose();
      problem.dispose();
    });

    test('asynchronous readings give the same result', async () => {
      const problem = contraction('tanh', 0.9);
      const y = tf.tensor2d(targets(problem.dim, 3));
      const before = tf.memory().numTensors;
      const options = { lipschitz: 0.9, checkEvery: 2 };
      const [one, two] = await Promise.all([
        invertResidualAsync(problem.map, y, options),
        invertResidualAsync(problem.map, y, options),
      ]);
      expect(tf.memory().numTensors).toBe(before + 2);
      const want = unpack(invertResidual(problem.map, y, options));
      expect(unpack(one)).toEqual(want);
      expect(unpack(two)).toEqual(want);
      await expect(fixedPointAsync(half, y, { maxSteps: 2 })).rejects.toThrow(
        /^inversion\.fixedPointAsync: /,
      );
      await expect(fixedPointAsync(half, y, { lipschitz: 2 })).rejects.toThrow(
        /expected a Lipschitz constant/,
      );
      expect(tf.memory().numTensors).toBe(before);
      y.dispose();
      problem.dispose();
    });

    test('event shapes, empty batches and scalars', () => {
      const x0 = tf.ones([2, 3, 4, 1]);
      const image = fixedPoint(half, x0, { lipschitz: 0.5 });
      expect(image.value.shape).toEqual([2, 3, 4, 1]);
      const empty = fixedPoint(half, tf.zeros([0, 3]), { lipschitz: 0.5 });
      expect(empty.value.shape).toEqual([0, 3]);
      expect(empty).toMatchObject({ converged: [], evaluations: 0 });
      const single = fixedPoint((x) => tf.cos(x), tf.zeros([1]));
      expect(single.value.dataSync()[0]).toBeCloseTo(0.7390851, 5); // the Dottie number
      expect(single.errorBound[0]).toBe(Infinity);
      tf.dispose([x0, image.value, empty.value, single.value]);
    });
  });
}

describe('on the cpu backend', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test.each(solvers)('%s: a sample does not depend on its batch, bit for bit', (_, solver) => {
    for (const checkEvery of [1, 2]) {
      const problem = contraction('sine', 0.9);
      // Targets of very different size finish at different steps.
      const rows = targets(problem.dim, 4).map((row, i) => row.map((v) => v * 10 ** (2 * i - 4)));
      const y = tf.tensor2d(rows);
      const options = { solver, lipschitz: 0.9, checkEvery };
      const whole = unpack(invertResidual(problem.map, y, options));
      if (checkEvery === 1) expect(new Set(whole.steps).size).toBeGreaterThan(1);
      rows.forEach((row, i) => {
        const alone = tf.tensor2d([row]);
        const one = unpack(invertResidual(problem.map, alone, options));
        expect(one.rows[0]).toEqual(whole.rows[i]);
        expect(one.steps[0]).toBe(whole.steps[i]);
        expect(one.residual[0]).toBe(whole.residual[i]);
        expect(one.errorBound[0]).toBe(whole.errorBound[i]);
        alone.dispose();
      });
      y.dispose();
      problem.dispose();
    }
  });

  test('Picard counts and bounds by hand: x ← x/2 from 1', () => {
    const x0 = tf.ones([1, 1]);
    const result = unpack(fixedPoint(half, x0, { solver: picard(), lipschitz: 0.5, atol: 0.01, rtol: 0 }));
    // x_k = 2⁻ᵏ, the step from x_{k−1} is 2⁻ᵏ, and so is the bound; the first at most 0.01 is 2⁻⁷.
    expect(result.steps[0]).toBe(7);
    expect(result.evaluations).toBe(7);
    expect(result.rows[0]![0]).toBe(2 ** -7);
    expect(result.residual[0]).toBe(2 ** -7);
    expect(result.errorBound[0]!).toBeCloseTo(2 ** -7 * (1 + 2 ** -22), 12);
    x0.dispose();
  });

  test('readings happen every checkEvery steps and at the cap', () => {
    const x0 = tf.ones([1, 1]);
    const options: FixedPointOptions = {
      solver: picard(),
      lipschitz: 0.5,
      atol: 0.01,
      rtol: 0,
      onFailure: 'return',
    };
    expect(unpack(fixedPoint(half, x0, { ...options, checkEvery: 5 })).steps[0]).toBe(10);
    expect(unpack(fixedPoint(half, x0, { ...options, checkEvery: 5, maxSteps: 8 })).steps[0]).toBe(8);
    x0.dispose();
  });

  test('is a constant for an enclosing gradient', () => {
    const slope = tf.grad((t) =>
      tf.mul(t, fixedPoint(half, t, { lipschitz: 0.5, maxSteps: 1, onFailure: 'return' }).value),
    )(tf.tensor2d([[6]]));
    expect(slope.dataSync()[0]).toBe(3);
    slope.dispose();
  });

  test('an extrapolation that overflows is refused and the sample goes on by Picard steps', () => {
    // Two slopes: Anderson's secant through the kink is far off; beyond 10 the map is NaN.
    const kinked = (x: tf.Tensor) =>
      tf.where(tf.greater(tf.abs(x), 10), tf.fill(x.shape, NaN), tf.add(tf.mul(tf.abs(x), -0.9), 1));
    const x0 = tf.tensor2d([[9], [-9]]);
    const result = unpack(fixedPoint(kinked, x0, { lipschitz: 0.9 }));
    result.rows.forEach((row) => expect(row[0]).toBeCloseTo(1 / 1.9, 4));
    x0.dispose();
  });

  test.each<[string, FixedPointOptions, RegExp]>([
    [
      'L = 1',
      { lipschitz: 1 },
      /expected a Lipschitz constant in \[0, 1\), got 1: f has to be a contraction/,
    ],
    ['L > 1', { lipschitz: 1.5 }, /got 1.5/],
    ['L = NaN', { lipschitz: NaN }, /got NaN/],
    ['L < 0', { lipschitz: -0.5 }, /got -0.5/],
    ['atol', { atol: -1 }, /expected atol ≥ 0, got -1/],
    ['rtol', { rtol: NaN }, /expected rtol ≥ 0, got NaN/],
    ['maxSteps', { maxSteps: 0 }, /expected an integer maxSteps ≥ 1, got 0/],
    ['checkEvery', { checkEvery: 1.5 }, /expected an integer checkEvery ≥ 1, got 1.5/],
    [
      'Newton of a bare function',
      { solver: newtonGmres() },
      /a map that can linearize, as newtonGmres needs it/,
    ],
  ])('refuses %s before the first evaluation', (_, options, message) => {
    const x0 = tf.ones([1, 2]);
    const before = tf.memory().numTensors;
    let calls = 0;
    const counted = (x: tf.Tensor) => (calls++, half(x));
    const error = failure(() => fixedPoint(counted, x0, options));
    expect(error.kind).toBe('argument');
    expect(error.message).toMatch(message);
    expect(calls).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    x0.dispose();
  });

  test('refuses a map that changes the shape, a scalar, and solvers out of range', () => {
    const x0 = tf.ones([2, 3]);
    expect(() => fixedPoint((x) => tf.sum(x, 1), x0)).toThrow(
      /a map that keeps the shape \[2,3\], got \[2\]/,
    );
    expect(() => fixedPoint(half, tf.scalar(1))).toThrow(/expected a batch \[B, ...event\], got a scalar/);
    expect(() => anderson({ memory: 0 })).toThrow(/memory from 1 to 8, got 0/);
    expect(() => newtonGmres({ products: 0 })).toThrow(/products ≥ 1, got 0/);
    x0.dispose();
  });
});

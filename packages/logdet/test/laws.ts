import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, type LinearOperator } from '@iresnet/core';
import { checkEstimator, finiteDifference, logAbsDet } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  exact,
  fixedProbes,
  gaussian,
  geometric,
  hutchPlusPlus,
  logDetFromSpec,
  orthogonal,
  powerSeries,
  rademacher,
  rouletteWeights,
  russianRoulette,
  truncated,
} from '../src';
import { instances, SPECTRAL_NORM } from './table';
import { elementwiseNames, exactLogDet, network } from './networks';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** I + A in float64, for a matrix given as rows. */
const plusIdentity = (a: readonly (readonly number[])[]) =>
  a.map((row, i) => row.map((value, j) => value + (i === j ? 1 : 0)));

/** A d×d matrix of float32 numbers, its norm below 0.9. */
function contraction(d: number, seed: number): number[][] {
  const rng = createRng(seed);
  return Array.from({ length: d }, () =>
    Array.from({ length: d }, () => Math.fround((1.8 * (rng.next() - 0.5)) / d)),
  );
}

/** One matrix for each example, `[B, d, d]`. */
function batched(matrices: readonly (readonly number[])[][]): LinearOperator {
  const d = matrices[0]!.length;
  const a = tf.tensor(matrices.flat(2), [matrices.length, d, d]);
  const product = (m: tf.Tensor, v: tf.Tensor) => tf.sum(tf.mul(m, tf.expandDims(v, -2)), -1);
  return {
    inShape: [d],
    outShape: [d],
    matvec: (v) => product(a, v),
    rmatvec: (u) => product(tf.transpose(a, [0, 2, 1]), u),
  };
}

/** Counts products, and the tensors alive at each. */
function counting(a: LinearOperator) {
  const log: { taped: boolean; alive: number }[] = [];
  const state = tf.engine().state as unknown as { activeTape: unknown };
  const operator: LinearOperator = {
    ...a,
    matvec(v) {
      log.push({ taped: state.activeTape != null, alive: tf.memory().numTensors });
      return a.matvec(v);
    },
  };
  return { operator, log };
}

/** Every law of the package, on the current backend. */
export function laws(): void {
  test.each(instances)('$name: the laws of an estimator', ({ spec, exact }) => {
    checkEstimator(logDetFromSpec(spec), { exact, bare: true, spectralNorm: SPECTRAL_NORM });
  });

  test.each([1, 2, 3, 5])('exact, d = %i: the log-determinant in float64', (d) => {
    const matrices = [
      contraction(d, 1),
      contraction(d, 2),
      contraction(d, 3).map((row) => row.map((x) => -5 * x)),
    ];
    const value = exact()(batched(matrices), [3, d], createRng(0));
    matrices.forEach((matrix, i) => {
      // The closed forms for d ≤ 2 and the columns are float32.
      expect(valuesOf(value)[i]).toBeCloseTo(logAbsDet(plusIdentity(matrix)), 5);
    });
  });

  test.each([1, 2, 3])('exact, d = %i: −∞ where I + A is singular, NaN where A is, nowhere else', (d) => {
    const minusIdentity = contraction(d, 1).map((row, i) => row.map((_, j) => (i === j ? -1 : 0)));
    const good = contraction(d, 2);
    const broken = good.map((row, i) => row.map((x, j) => (i === d - 1 && j === 0 ? NaN : x)));
    const value = valuesOf(exact()(batched([minusIdentity, good, broken]), [3, d], createRng(0)));
    expect(value[0]).toBe(-Infinity);
    expect(value[1]).toBeCloseTo(logAbsDet(plusIdentity(good)), 5);
    expect(value[2]).toBeNaN();
  });

  test('NaN in one example leaves the others of a series as they are', () => {
    const good = [contraction(3, 1), contraction(3, 2), contraction(3, 3)];
    const broken = [good[0]!, good[1]!.map((row) => row.map(() => NaN)), good[2]!];
    const estimate = powerSeries({ truncation: 6, probe: rademacher(2) });
    const [a, b] = [good, broken].map((m) => valuesOf(estimate(batched(m), [3, 3], createRng(1))));
    expect(b![1]).toBeNaN();
    expect([b![0], b![2]]).toEqual([a![0], a![2]]);
  });

  test.each([1, 2, 3, 6])('%i terms on the basis are the truncated series of the trace', (terms) => {
    const matrix = contraction(4, 5);
    const value = powerSeries({ truncation: terms, probe: basis() })(batched([matrix]), [1, 4], createRng(0));
    expect(valuesOf(value)[0]).toBeCloseTo(truncatedTrace(matrix, terms), 6);
  });

  test('fixed probes: uᵀ(A − A²/2)u by hand, for each weight', () => {
    // A = [[0.5, 0.2], [0, 0.1]], u = (1, 2): Au = (0.9, 0.2), A²u = (0.49, 0.02); 1.3 − 0.53/2 =
    // 1.035.
    const a = batched([
      [
        [0.5, 0.2],
        [0, 0.1],
      ],
    ]);
    const probe = tf.tensor3d([[[1, 2]]]);
    for (const [weight, expected] of [
      [undefined, 1.035],
      [3, 3.105],
    ] as const) {
      // prettier-ignore
      const estimate = powerSeries({ truncation: 2, probe: fixedProbes(probe, weight) });
      expect(valuesOf(estimate(a, [1, 2], createRng(0)))[0]).toBeCloseTo(expected, 6);
    }
    // Two probes count half each: (2, 0) alone gives 2 − 0.5 = 1.5, together (1.035 + 1.5)/2.
    const two = powerSeries({ truncation: 2, probe: fixedProbes(tf.tensor3d([[[1, 2]], [[2, 0]]])) });
    expect(valuesOf(two(a, [1, 2], createRng(0)))[0]).toBeCloseTo(1.2675, 6);
    expect(probe.isDisposed).toBe(false);
  });

  describe.each([
    [2, 8],
    [3, 6],
  ] as const)('the gradient of a network %i – %i', (d, hidden) => {
    const estimators = {
      exact: exact(),
      'a long series on the basis': powerSeries({ truncation: 60, probe: basis() }),
      'arnoldi on the basis': arnoldi({ products: d, probe: basis() }),
      'adaptive arnoldi on the basis': adaptiveArnoldi({ tolerance: 0, probe: basis() }),
      'arnoldi on orthogonal probes': arnoldi({ products: d, probe: orthogonal(d) }),
      'arnoldi on Hutch++': arnoldi({ products: d, probe: hutchPlusPlus({ directions: 1, probe: basis() }) }),
    };
    const cases = elementwiseNames.flatMap((name) =>
      Object.entries(estimators).map(([kind, e]) => [name, kind, e] as const),
    );

    test.each(cases)('%s, %s', (name, _kind, estimator) => {
      const g = network(name, d, hidden);
      const x = createRng(6).normal([3, d]);
      const batch = x.arraySync() as number[][];
      const trainable = Object.entries(g.params).filter(([, p]) => p.trainable);
      const weights = Object.fromEntries(trainable.map(([key, p]) => [key, valuesOf(p)]));
      const { value, grads } = tf.variableGrads(
        () => tf.sum(estimator(g.linearize(x).jacobian, x.shape, createRng(0))) as tf.Scalar,
      );
      expect(value.dataSync()[0]).toBeCloseTo(exactLogDet(name, weights, batch, hidden), 4);
      let largest = 0;
      for (const [key, parameter] of trainable) {
        // A parameter that the log-determinant does not see has no gradient on the tape.
        const got = grads[parameter.name] ? valuesOf(grads[parameter.name]!) : weights[key]!.map(() => 0);
        weights[key]!.forEach((_, at) => {
          const moved = (t: number) => ({
            ...weights,
            [key]: weights[key]!.map((w, i) => (i === at ? w + t : w)),
          });
          const truth = finiteDifference((t) => [exactLogDet(name, moved(t), batch, hidden)], 2 ** -10)
            .value[0]!;
          largest = Math.max(largest, Math.abs(truth));
          // Four digits of gradients of order one.
          expect(Math.abs(got[at]! - truth), `${key}[${at}]: ${got[at]}, not ${truth}`).toBeLessThan(
            1e-4 * Math.max(1, Math.abs(truth)),
          );
        });
      }
      expect(largest).toBeGreaterThan(0.05); // there was something to compare
      g.dispose();
    });
  });

  test('the gradient through a bare function of a variable', () => {
    const w = tf.variable(tf.tensor2d(contraction(3, 8)));
    const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, w as tf.Tensor2D);
    for (const estimator of [exact(), powerSeries({ truncation: 50, probe: basis() })]) {
      const { grads } = tf.variableGrads(() => tf.sum(estimator(product, [2, 3], createRng(0))) as tf.Scalar);
      const rows = w.arraySync() as number[][];
      const got = grads[w.name]!.arraySync() as number[][];
      rows.forEach((row, i) =>
        row.forEach((_, j) => {
          const bumped = (t: number) => rows.map((r, k) => r.map((x, l) => (k === i && l === j ? x + t : x)));
          const truth = finiteDifference((t) => [2 * logAbsDet(plusIdentity(bumped(t)))]).value[0]!;
          expect(got[i]![j]).toBeCloseTo(truth, 4);
        }),
      );
    }
    w.dispose();
  });

  test.each([0, 2])(
    'a roulette after %i exact terms has neither bias in the value nor in the gradient',
    (exactTerms) => {
      // The expectation itself: over N = 1 … 40 with its probabilities, on the basis. What is
      // beyond has the chance 2⁻⁴⁰.
      const distribution = geometric(0.5);
      const matrix = contraction(3, 10);
      const w = tf.variable(tf.tensor2d(matrix));
      let value = 0;
      const gradient = new Float64Array(9);
      for (let n = 1; n <= 40; n++) {
        const truncation = () => rouletteWeights([n], distribution, exactTerms);
        const estimate = powerSeries({ truncation, probe: basis() });
        const { value: v, grads } = tf.variableGrads(
          () => tf.sum(estimate(denseOperator(w), [1, 3], createRng(0))) as tf.Scalar,
        );
        value += v.dataSync()[0]! / 2 ** n;
        valuesOf(grads[w.name]!).forEach((g, i) => (gradient[i]! += g / 2 ** n));
      }
      expect(value).toBeCloseTo(logAbsDet(plusIdentity(matrix)), 5);
      gradient.forEach((g, at) => {
        const bumped = (t: number) =>
          matrix.map((row, i) => row.map((x, j) => (3 * i + j === at ? x + t : x)));
        const truth = finiteDifference((t) => [logAbsDet(plusIdentity(bumped(t)))]).value[0]!;
        expect(Math.abs(g - truth)).toBeLessThan(1e-5);
      });
      w.dispose();
    },
  );

  test.each([
    ['a series', powerSeries({ truncation: 8, probe: rademacher(2) })],
    ['a roulette', powerSeries({ truncation: russianRoulette({ exactTerms: 2 }), probe: rademacher(2) })],
    ['arnoldi', arnoldi({ products: 4, probe: rademacher(2) })],
    ['adaptive arnoldi', adaptiveArnoldi({ tolerance: 1e-3, probe: rademacher(2) })],
  ] as const)(
    '%s of an operator that knows its trace: tr A in place of the mean of uᵀAu',
    (_name, estimate) => {
      const matrix = contraction(5, 12);
      const w = tf.variable(tf.tensor2d(matrix));
      const diagonal = () => tf.sum(tf.mul(w, tf.eye(5)));
      const knowing: LinearOperator = { ...denseOperator(w), trace: () => tf.mul(tf.ones([3]), diagonal()) };
      const of = (a: LinearOperator) =>
        tf.variableGrads(() => tf.sum(estimate(a, [3, 5], createRng(2))) as tf.Scalar);
      const first = tf.variableGrads(() => {
        const { vectors } = rademacher(2)([3, 5], createRng(2));
        const products = tf.sum(tf.mul(vectors, denseOperator(w).matvec(vectors)));
        return tf.sub(tf.mul(3, diagonal()), tf.mul(0.5, products)) as tf.Scalar;
      });
      const [a, b] = [of(knowing), of(denseOperator(w))];
      const moved = (x: tf.Tensor, y: tf.Tensor) => valuesOf(tf.sub(x, y));
      expect(moved(a.value, b.value)[0]).toBeCloseTo(first.value.dataSync()[0]!, 5);
      const got = moved(a.grads[w.name]!, b.grads[w.name]!);
      valuesOf(first.grads[w.name]!).forEach((g, i) => expect(got[i]).toBeCloseTo(g, 5));
      w.dispose();
    },
  );

  test('one term of one probe is the trace of two layers, without chance', () => {
    const g = network('sin', 5, 16);
    const x = createRng(6).normal([3, 5]);
    const { jacobian } = g.linearize(x);
    const all = powerSeries({ truncation: 1, probe: basis() });
    const truth = valuesOf(all((v) => jacobian.matvec(v), x.shape, createRng(0)));
    const value = valuesOf(powerSeries({ truncation: 1 })(jacobian, x.shape, createRng(1)));
    truth.forEach((trace, i) => expect(value[i]).toBeCloseTo(trace, 5));
    g.dispose();
  });

  test('K products off the tape and one on it, with no more tensors alive for more terms', () => {
    const kernel = tf.variable(tf.tensor2d(contraction(4, 9)));
    const peak = (terms: number) => {
      const { operator, log } = counting(denseOperator(kernel));
      const estimate = powerSeries({ truncation: truncated(terms), probe: rademacher(3) });
      tf.dispose(tf.variableGrads(() => tf.sum(estimate(operator, [2, 4], createRng(0))) as tf.Scalar));
      expect(log.map(({ taped }) => taped)).toEqual([...new Array<boolean>(terms).fill(false), true]);
      return Math.max(...log.map(({ alive }) => alive));
    };
    peak(1); // constants that the backend keeps
    expect(peak(40)).toBe(peak(4));
    kernel.dispose();
  });

  test('probes have shape [S, B, …]; Rademacher is ±1, a basis has one 1', () => {
    const like = tf.zeros([2, 3, 1]);
    for (const [probe, samples] of [
      [rademacher(5), 5],
      [rademacher(), 1],
      [gaussian(4), 4],
      [gaussian(), 1],
    ] as const) {
      // prettier-ignore
      const { vectors, weight } = probe(like.shape, createRng(1));
      expect(vectors.shape).toEqual([samples, 2, 3, 1]);
      expect(weight).toBeCloseTo(1 / samples, 15);
    }
    expect(new Set(valuesOf(rademacher(50)(like.shape, createRng(1)).vectors))).toEqual(new Set([1, -1]));
    const { vectors, weight } = basis()(like.shape, createRng(1));
    expect(weight).toBe(1);
    expect(vectors.arraySync()).toEqual(
      [0, 1, 2].map((i) => [0, 1].map(() => [0, 1, 2].map((j) => [i === j ? 1 : 0]))),
    );
    // The same stream, the same probes.
    const again = () => valuesOf(gaussian(2)(like.shape, createRng(9)).vectors);
    expect(again()).toEqual(again());
  });

  test('a caller’s mistakes', () => {
    const rng = createRng(0);
    const square = denseOperator(tf.zeros([3, 3]));
    const tall = denseOperator(tf.zeros([3, 2]));
    const mistakes: [() => unknown, string][] = [
      ...(['exact', 'powerSeries'] as const).flatMap((name): [() => unknown, string][] => {
        const estimator = name === 'exact' ? exact() : powerSeries();
        return [
          [
            () => estimator(square, [3], rng),
            `logdet.${name}: expected the shape [B, ...event] of a batch, got [3]`,
          ],
          [
            () => estimator(square, [2, 4], rng),
            `logdet.${name}: expected an operator [4] → [4], got [3] → [3]`,
          ],
          [
            () => estimator(tall, [2, 3], rng),
            `logdet.${name}: expected an operator [3] → [3], got [3] → [2]`,
          ],
        ];
      }),
      [() => powerSeries({ truncation: 0 }), 'logdet.truncated: expected terms ≥ 1, got 0'],
      [() => powerSeries({ truncation: 2.5 }), 'logdet.truncated: expected terms ≥ 1, got 2.5'],
      [() => rademacher(0), 'logdet.rademacher: expected samples ≥ 1, got 0'],
      [() => gaussian(-1), 'logdet.gaussian: expected samples ≥ 1, got -1'],
      [
        () => powerSeries({ probe: fixedProbes(tf.zeros([1, 2, 2])) })(square, [2, 3], rng),
        'logdet.powerSeries: expected probes of shape [S,2,3], got [1,2,2]',
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
    }
  });
}

/** Σ_{k≤n} (−1)ᵏ⁺¹ tr Aᵏ/k in float64. */
function truncatedTrace(a: readonly (readonly number[])[], terms: number): number {
  let power = a.map((row) => [...row]);
  let total = 0;
  for (let k = 1; k <= terms; k++) {
    total += ((k % 2 === 1 ? 1 : -1) / k) * power.reduce((sum, row, i) => sum + row[i]!, 0);
    power = power.map((row) => a[0]!.map((_, j) => row.reduce((sum, x, l) => sum + x * a[l]![j]!, 0)));
  }
  return total;
}

import * as tf from '@tensorflow/tfjs';
import { createRng, type LogDetEstimator } from '@iresnet/core';
import { checkSpec } from '@iresnet/core/internal';
import { logAbsDet, singularValues } from '@iresnet/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import * as logdet from '../src';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  exact,
  gaussian,
  geometric,
  hutchPlusPlus,
  krylovBias,
  logDetBias,
  logDetEstimators,
  logDetFromSpec,
  orthogonal,
  poisson,
  powerSeries,
  probes,
  rademacher,
  russianRoulette,
  seriesBias,
  stoppingDistributions,
  truncated,
  truncations,
  type LogDetSpec,
} from '../src';
import { instances } from './table';

beforeAll(() => tf.setBackend('cpu'));

/** Each name with what it must make. Together they use every row of every table. */
const named: [LogDetSpec, LogDetEstimator][] = [
  ['exact', exact()],
  [{ kind: 'exact' }, exact()],
  ['powerSeries', powerSeries()],
  [{ kind: 'powerSeries', truncation: 'terms' }, powerSeries({ truncation: truncated(10) })],
  [
    { kind: 'powerSeries', truncation: { kind: 'terms', terms: 3 }, probe: { kind: 'gaussian', samples: 2 } },
    powerSeries({ truncation: 3, probe: gaussian(2) }),
  ],
  [
    { kind: 'powerSeries', truncation: 'russianRoulette', probe: 'basis' },
    powerSeries({ truncation: russianRoulette(), probe: basis() }),
  ],
  [
    {
      kind: 'powerSeries',
      truncation: {
        kind: 'russianRoulette',
        distribution: { kind: 'poisson', rate: 3 },
        exactTerms: 0,
        draws: 2,
      },
    },
    powerSeries({ truncation: russianRoulette({ distribution: poisson(3), exactTerms: 0, draws: 2 }) }),
  ],
  [
    {
      kind: 'powerSeries',
      truncation: { kind: 'russianRoulette', distribution: { kind: 'geometric', p: 0.2 } },
    },
    powerSeries({ truncation: russianRoulette({ distribution: geometric(0.2) }) }),
  ],
  [
    { kind: 'arnoldi', products: 2, probe: { kind: 'orthogonal', samples: 3 } },
    arnoldi({ products: 2, probe: orthogonal(3) }),
  ],
  [
    { kind: 'arnoldi', products: 3, probe: { kind: 'rademacher', samples: 4 } },
    arnoldi({ products: 3, probe: rademacher(4) }),
  ],
  [
    {
      kind: 'adaptiveArnoldi',
      tolerance: 0.3,
      maxProducts: 2,
      probe: { kind: 'hutchPlusPlus', directions: 2, probe: 'gaussian' },
    },
    adaptiveArnoldi({
      tolerance: 0.3,
      maxProducts: 2,
      probe: hutchPlusPlus({ directions: 2, probe: gaussian() }),
    }),
  ],
];

test.each(named)(
  '%j makes what it names, bit for bit, after a round trip through JSON',
  (spec, estimator) => {
    const a = tf.mul(0.2, createRng(1).normal([5, 5])) as tf.Tensor2D;
    const product = (v: tf.Tensor) => tf.matMul(v as tf.Tensor2D, a);
    const shape = [2, 5];
    const operator = {
      inShape: [5],
      outShape: [5],
      matvec: (v: tf.Tensor) => tf.reshape(product(tf.reshape(v, [-1, 5])), v.shape),
      rmatvec: (u: tf.Tensor) => u,
    };
    for (const seed of [0, 1, 2]) {
      const copy = JSON.parse(JSON.stringify(spec)) as LogDetSpec;
      const got = logDetFromSpec(copy)(operator, shape, createRng(seed));
      const want = estimator(operator, shape, createRng(seed));
      expect(got.arraySync()).toEqual(want.arraySync());
    }
  },
);

/** The kinds in a complete spec, its own and those below it. */
function kindsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'kind' ? [inner as string] : kindsOf(inner),
  );
}

const tables = { logDetEstimators, probes, stoppingDistributions, truncations };

test.each(Object.entries(tables))('every row of %s is made here and is under the laws', (_, table) => {
  const complete = (spec: LogDetSpec) => kindsOf(checkSpec('test', logDetEstimators, spec));
  const made = named.flatMap(([spec]) => complete(spec));
  const lawful = instances.flatMap(({ spec }) => complete(spec));
  for (const name of Object.keys(table)) {
    expect(made).toContain(name);
    expect(lawful).toContain(name);
  }
});

test('every export that makes an estimator, a probe or an end of the series has a row', () => {
  const others = [
    'estimateWithError',
    'fixedProbes', // of tensors: not JSON
    'krylovBias',
    'logDetBias',
    'logDetFromSpec',
    'rouletteWeights',
    'seriesBias',
    'truncated', // the row `terms`
  ];
  const names = Object.values(tables).flatMap((table) => Object.keys(table));
  const functions = Object.entries(logdet).filter(([, value]) => typeof value === 'function');
  expect(new Set(functions.map(([name]) => name))).toEqual(
    new Set([...names.filter((name) => name !== 'terms'), ...others]),
  );
});

test.each<[unknown, string]>([
  [
    'arnoldy',
    "logdet.logDetFromSpec: expected one of exact, powerSeries, arnoldi, adaptiveArnoldi, got 'arnoldy' (did you mean 'arnoldi'?)",
  ],
  ['arnoldi', 'logdet.logDetFromSpec: expected arnoldi with products, got none'],
  [
    { kind: 'powerSeries', terms: 5 },
    "logdet.logDetFromSpec: expected the options truncation, probe for powerSeries, got 'terms'",
  ],
  [
    { kind: 'arnoldi', products: 3, probe: { kind: 'gaussian', samples: 0 } },
    'logdet.logDetFromSpec, probe: expected samples as an integer ≥ 1, got 0',
  ],
  [
    { kind: 'powerSeries', truncation: { kind: 'russianRoulette', distribution: 'poisson' } },
    'logdet.logDetFromSpec, truncation, distribution: expected poisson with rate, got none',
  ],
])('%j is refused', (spec, message) => {
  expect(() => logDetFromSpec(spec as LogDetSpec)).toThrow(
    expect.objectContaining({ kind: 'argument', message }),
  );
});

describe('logDetBias', () => {
  test('is that of the parts', () => {
    expect(logDetBias('exact', 0.9, 8)).toBe(0);
    expect(logDetBias('powerSeries', 0.9, 8)).toBe(seriesBias(0.9, 8, 10));
    expect(logDetBias({ kind: 'powerSeries', truncation: 'russianRoulette' }, 0.9, 8)).toBe(0);
    expect(logDetBias({ kind: 'arnoldi', products: 3 }, 0.9, 8)).toBe(2 * seriesBias(0.9, 8, 3));
    expect(logDetBias({ kind: 'arnoldi', products: 8 }, 0.9, 8)).toBe(0);
    expect(logDetBias({ kind: 'adaptiveArnoldi', tolerance: 0.01 }, 0.9, 8)).toBeCloseTo(0.1, 12);
    expect(logDetBias({ kind: 'adaptiveArnoldi', tolerance: 0, maxProducts: 2 }, 0.9, 8)).toBe(
      krylovBias(0.9, 8, 2),
    );
    expect(() => logDetBias({ kind: 'arnoldi', products: 3 }, 1, 8)).toThrow('expected 0 ≤ L < 1, got 1');
  });

  // The basis has no variance, so the whole error is bias.
  test.each<LogDetSpec>([
    { kind: 'powerSeries', truncation: { kind: 'terms', terms: 2 }, probe: 'basis' },
    { kind: 'powerSeries', truncation: { kind: 'terms', terms: 7 }, probe: 'basis' },
    { kind: 'arnoldi', products: 1, probe: 'basis' },
    { kind: 'arnoldi', products: 3, probe: 'basis' },
    { kind: 'arnoldi', products: 6, probe: 'basis' },
    { kind: 'adaptiveArnoldi', tolerance: 0.3, probe: 'basis' },
    { kind: 'adaptiveArnoldi', tolerance: 0, maxProducts: 2, probe: 'basis' },
  ])('bounds the error of %j', (spec) => {
    const d = 6;
    const rng = createRng(4);
    const noise = Array.from({ length: d }, () => Array.from({ length: d }, () => rng.next() - 0.5));
    const matrices = {
      shift: noise.map((row, i) => row.map((_, j) => (j === (i + 1) % d ? 1 : 0))),
      minus: noise.map((row, i) => row.map((_, j) => (i === j ? -1 : 0))),
      symmetric: noise.map((row, i) => row.map((x, j) => x + noise[j]![i]!)),
      nilpotent: noise.map((row, i) => row.map((x, j) => (j > i ? x : 0))),
      general: noise,
    };
    for (const size of [0.5, 0.9]) {
      for (const [name, raw] of Object.entries(matrices)) {
        const factor = size / singularValues(raw)[0]!;
        const a = raw.map((row) => row.map((x) => Math.fround(factor * x)));
        const truth = logAbsDet(a.map((row, i) => row.map((x, j) => x + (i === j ? 1 : 0))));
        const product = (v: tf.Tensor) => tf.sum(tf.mul(tf.tensor2d(a), tf.expandDims(v, -2)), -1);
        const value = tf.tidy(
          () => logDetFromSpec(spec)(product, [1, d], createRng(0)).dataSync<'float32'>()[0]!,
        );
        // Rounding: six probes of float32 sums.
        expect(Math.abs(value - truth), `${name} ${size}`).toBeLessThanOrEqual(
          logDetBias(spec, size, d) + 5e-6,
        );
      }
    }
  });
});

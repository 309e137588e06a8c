import { createRng } from '@iresnet/core';
import { describe, expect, test } from 'vitest';
import { geometric, poisson, rouletteWeights, russianRoulette, seriesBias, truncated } from '../src';

/** P(N = n) for n = 0 … 400 by the textbook, each distribution with parameters of several sizes. */
const distributions = [
  ...[0.05, 0.5, 0.9].map((p) => ({
    name: `geometric(${p})`,
    distribution: geometric(p),
    mass: (n: number) => (n === 0 ? 0 : p * (1 - p) ** (n - 1)),
  })),
  ...[0.3, 2, 30].map((rate) => ({
    name: `poisson(${rate})`,
    distribution: poisson(rate),
    mass: (n: number) => {
      let log = -rate;
      for (let i = 1; i <= n; i++) log += Math.log(rate / i);
      return Math.exp(log);
    },
  })),
];
const LAST = 400;

describe.each(distributions)('$name', ({ distribution, mass }) => {
  test('survival is the direct sum of the masses', () => {
    for (const j of [0, 1, 2, 3, 5, 10, 20, 40]) {
      let tail = 0;
      for (let n = LAST; n >= j; n--) tail += mass(n); // from the smallest
      // The tail beyond 400 is below 2e-9.
      expect(distribution.survival(j) / tail).toBeCloseTo(1, 7);
    }
    expect(distribution.survival(0)).toBeCloseTo(1, 12);
  });

  test('draws follow it', () => {
    const rng = createRng(17);
    const draws = Array.from({ length: 20_000 }, () => distribution.draw(rng));
    expect(draws.every((n) => Number.isInteger(n) && n >= 0)).toBe(true);
    for (const j of [1, 2, 3, 6, 30]) {
      const p = distribution.survival(j);
      const share = draws.filter((n) => n >= j).length / draws.length;
      // Five standard deviations; the seed is fixed, so the outcome is too.
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws.length) + 1e-3);
    }
  });

  test.each([0, 1, 4])(
    'E[cₖ] = 1 for every k: the sum over N with its probabilities, after %i exact terms',
    (exactTerms) => {
      const mean = new Float64Array(30 + exactTerms);
      for (let n = 0; n <= LAST; n++) {
        rouletteWeights([n], distribution, exactTerms).forEach((c, i) => {
          if (i < mean.length) mean[i]! += mass(n) * c;
        });
      }
      // Relative to 1: where the survival is 1e-20, both it and the sum are still exact to
      // rounding.
      for (const c of mean.slice(0, exactTerms + 12)) expect(c).toBeCloseTo(1, 7);
    },
  );
});

test('several draws average: E[cₖ] = 1 over all pairs', () => {
  const [distribution, p] = [geometric(0.5), 0.5];
  const mean = new Float64Array(8);
  for (let a = 1; a <= 60; a++) {
    for (let b = 1; b <= 60; b++) {
      const weights = rouletteWeights([a, b], distribution, 2);
      expect(weights.length).toBe(2 + Math.max(a, b));
      mean.forEach((_, i) => (mean[i]! += p ** (a + b) * (weights[i] ?? 0)));
    }
  }
  for (const c of mean) expect(c).toBeCloseTo(1, 12);
});

test('weights by hand', () => {
  expect([...rouletteWeights([3], geometric(0.5), 2)]).toEqual([1, 1, 1, 2, 4]);
  expect([...rouletteWeights([1, 3], geometric(0.5), 1)]).toEqual([1, 1, 1, 2]);
  expect([...rouletteWeights([0, 0], poisson(1), 0)]).toEqual([]);
  expect([...rouletteWeights([0], poisson(1), 2)]).toEqual([1, 1]);
  expect([...truncated(3)(createRng(0))]).toEqual([1, 1, 1]);
  expect(russianRoulette()(createRng(4))).toEqual(russianRoulette()(createRng(4)));
});

describe('seriesBias', () => {
  test.each([0, 0.1, 0.5, 0.9, 0.98, 0.999])('L = %d: the definition, d Σ_{k>n} Lᵏ/k', (lipschitz) => {
    for (const terms of [0, 1, 2, 5, 10, 40]) {
      let tail = 0;
      for (let k = 60_000; k > terms; k--) tail += lipschitz ** k / k; // from the smallest
      const bias = seriesBias(lipschitz, 3, terms);
      expect(Math.abs(bias - 3 * tail)).toBeLessThanOrEqual(1e-12 * 3 * tail);
    }
  });

  test('bounds the error for the worst operator, A = −L I, and for A = L I', () => {
    for (const lipschitz of [0.3, 0.9, 0.99]) {
      for (const terms of [1, 4, 10]) {
        for (const sign of [1, -1]) {
          let series = 0;
          for (let k = 1; k <= terms; k++) series += (-1) ** (k + 1) * ((sign * lipschitz) ** k / k);
          const error = 5 * Math.abs(Math.log1p(sign * lipschitz) - series);
          expect(error).toBeLessThanOrEqual(seriesBias(lipschitz, 5, terms) * (1 + 1e-9));
          if (sign < 0) expect(error).toBeCloseTo(seriesBias(lipschitz, 5, terms), 9); // attained
        }
      }
    }
  });

  test('is quick and finite for L next to 1', () => {
    const started = process.cpuUsage();
    // −ln(1 − L) − 1 with 1 − L = 2⁻⁴⁰.
    expect(seriesBias(1 - 2 ** -40, 1, 1)).toBeCloseTo(40 * Math.LN2 - 1, 9);
    // In processor time, which other work on the machine does not stretch.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(1);
  });
});

test('a caller’s mistakes', () => {
  const mistakes: [() => unknown, string][] = [
    ...[0, 1, -0.5, NaN].map((p): [() => unknown, string] => [
      () => geometric(p),
      `logdet.geometric: expected 0 < p < 1, got ${p}`,
    ]),
    ...[0, -1, 701, NaN].map((rate): [() => unknown, string] => [
      () => poisson(rate),
      `logdet.poisson: expected 0 < rate ≤ 700, got ${rate}`,
    ]),
    [() => truncated(0), 'logdet.truncated: expected terms ≥ 1, got 0'],
    [() => russianRoulette({ exactTerms: -1 }), 'logdet.russianRoulette: expected exactTerms ≥ 0, got -1'],
    [() => russianRoulette({ draws: 0 }), 'logdet.russianRoulette: expected draws ≥ 1, got 0'],
    [() => seriesBias(1, 2, 3), 'logdet.seriesBias: expected 0 ≤ L < 1, got 1'],
    [() => seriesBias(-0.1, 2, 3), 'logdet.seriesBias: expected 0 ≤ L < 1, got -0.1'],
    [() => seriesBias(0.5, 2, -1), 'logdet.seriesBias: expected terms ≥ 0, got -1'],
  ];
  for (const [mistake, message] of mistakes) {
    expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
  }
});

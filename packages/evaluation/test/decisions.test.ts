import { createRng } from '@iresnet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmLevel, benjaminiHochberg, conformalPValues, scoreRanks } from '../src/index';
import { failure } from './failure';

/** The definition, by counting. */
const counted = (usual: readonly number[], s: number): number =>
  (1 + usual.filter((value) => Number.isNaN(value) || value <= s).length) / (usual.length + 1);

/** Few values, so that ties are many. */
const value = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.constantFrom(-Infinity, NaN, -0, 0.5));

describe('conformalPValues', () => {
  it('is the definition, with ties and with examples that have no score', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.array(value), (usual, scores) => {
        const found = Array.from(conformalPValues(scoreRanks(usual), scores));
        expect(found).toEqual(scores.map((s) => (Number.isNaN(s) ? NaN : counted(usual, s))));
      }),
    );
  });

  it('of a thinned reference is exact in its lower half, never less than the definition, and near it', () => {
    const rng = createRng(1);
    const usual = Array.from({ length: 5000 }, () => Math.log(rng.next()));
    const ranks = scoreRanks(usual, { most: 200 });
    expect(ranks.scores).toHaveLength(200);
    expect(JSON.parse(JSON.stringify(ranks))).toEqual(ranks);
    const scores = [...usual.slice(0, 500), ...Array.from({ length: 500 }, () => Math.log(rng.next())), 1];
    const found = conformalPValues(ranks, scores);
    scores.forEach((s, i) => {
      const exact = counted(usual, s);
      // Up to the 100th of 5000.
      if (exact < 100 / 5001) expect(found[i]).toBe(exact);
      expect(found[i]).toBeGreaterThanOrEqual(exact);
      expect(found[i]! - exact).toBeLessThan(1 / 100);
    });
  });

  it('is valid: a new example has p ≤ α with a chance of α', () => {
    const rng = createRng(2);
    const tables = 400;
    const alphas = [0.01, 0.05, 0.1];
    const below = alphas.map(() => 0);
    for (let i = 0; i < tables; i++) {
      const usual = Array.from({ length: 99 }, () => rng.next());
      const [p] = conformalPValues(scoreRanks(usual), [rng.next()]);
      alphas.forEach((alpha, j) => (below[j]! += Number(p! <= alpha)));
    }
    // With n + 1 = 100 the chance is α exactly; four deviations of a count of 400.
    alphas.forEach((alpha, j) =>
      expect(Math.abs(below[j]! / tables - alpha)).toBeLessThan(
        4 * Math.sqrt((alpha * (1 - alpha)) / tables),
      ),
    );
  });

  it('refuses a reference without scores', () => {
    expect(failure('argument', () => scoreRanks([]))).toBe(
      'evaluation.scoreRanks: expected one score or more, got none',
    );
    expect(failure('argument', () => scoreRanks([1], { most: 1 }))).toContain('expected an integer most ≥ 2');
  });
});

describe('alarmLevel', () => {
  it('parts the scores with p ≤ α from the others, with ties and with examples that have no score', () => {
    const alpha = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), alpha, (usual, alarm) => {
        const level = alarmLevel(scoreRanks(usual), alarm);
        for (let s = -7; s <= 7; s += 0.25) expect(s < level).toBe(counted(usual, s) <= alarm);
      }),
    );
  });

  it('refuses an alarm that is no share', () => {
    expect(failure('argument', () => alarmLevel(scoreRanks([1]), 1))).toBe(
      'evaluation.alarmLevel: expected an alarm between 0 and 1, got 1',
    );
  });
});

describe('benjaminiHochberg', () => {
  it('is the step-up rule of the paper of 1995 on its own table of 15 p-values', () => {
    const p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]; // prettier-ignore
    expect(benjaminiHochberg(p, 0.05)).toBe(0.0095);
    expect(benjaminiHochberg([...p].reverse(), 0.05)).toBe(0.0095);
  });

  it('takes a p-value that is too large alone, when a later one is small enough', () => {
    // 0.06 > 0.1/2, but 0.07 ≤ 2 · 0.1/2.
    expect(benjaminiHochberg([0.06, 0.07], 0.1)).toBe(0.07);
    expect(benjaminiHochberg([0.06, 0.2], 0.1)).toBe(0);
    expect(benjaminiHochberg([NaN, 0.05], 0.1)).toBe(0.05);
    expect(benjaminiHochberg([], 0.1)).toBe(0);
    // 0.1 · 3 is more than 0.3 in float64.
    expect(benjaminiHochberg([0.1, 0.9, 1], 0.3)).toBe(0.1);
  });

  it('keeps the share of false alarms on average', () => {
    const rng = createRng(3);
    let proportion = 0;
    const tables = 200;
    for (let i = 0; i < tables; i++) {
      const ranks = scoreRanks(Array.from({ length: 200 }, () => rng.next()));
      // 80 usual examples, and 20 that lie below most of those.
      const scores = Array.from({ length: 100 }, (_, j) => (j < 80 ? rng.next() : rng.next() * 0.005));
      const p = conformalPValues(ranks, scores);
      const limit = benjaminiHochberg(p, 0.1);
      const flagged = Array.from(p, (q, j) => [q <= limit, j] as const).filter(([flag]) => flag);
      proportion += flagged.filter(([, j]) => j < 80).length / Math.max(1, flagged.length) / tables;
    }
    expect(proportion).toBeLessThanOrEqual(0.1);
    expect(proportion).toBeGreaterThan(0.02);
  });

  it('refuses a rate of 5 for 5 %', () => {
    expect(failure('argument', () => benjaminiHochberg([0.1], 5))).toContain('between 0 and 1, got 5');
  });
});

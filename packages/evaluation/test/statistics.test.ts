import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateMean, largestDifference, largestError, leastFirst, pairedDifference } from '../src/index';
import { failure } from './failure';

describe('estimateMean', () => {
  it('is the textbook mean and standard error', () => {
    // Σ(x − 5)² = 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; s² = 32/7; s/√8 = √(32/56).
    const { mean, standardError } = estimateMean([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    expect(standardError).toBeCloseTo(Math.sqrt(32 / 56), 14);
  });

  it('has no error for one value, and NaN where a value is NaN', () => {
    expect(estimateMean([3])).toEqual({ mean: 3, standardError: NaN });
    expect(estimateMean([3, NaN]).mean).toBeNaN();
  });

  it('refuses an empty array', () => {
    expect(failure('argument', () => estimateMean([]))).toBe(
      'evaluation.estimateMean: expected one value or more, got none',
    );
  });
});

describe('pairedDifference', () => {
  it('is the hand computation: 0.5, 0.4, 0.6 have mean 0.5 and standard error 0.1/√3', () => {
    const { mean, standardError } = pairedDifference([-1, -5.1, -9.2], [-1.5, -5.5, -9.8]);
    // Differences of numbers below 16 carry the rounding of them, 2e-15.
    expect(mean).toBeCloseTo(0.5, 13);
    expect(standardError).toBeCloseTo(0.1 / Math.sqrt(3), 13);
    // Each mean alone is known to 2.4 only.
    expect(estimateMean([-1, -5.1, -9.2]).standardError).toBeGreaterThan(2);
  });

  it('leaves out what both share', () => {
    const noise = [10, -20, 30];
    const better = noise.map((value) => value + 0.25);
    expect(pairedDifference(better, noise)).toEqual({ mean: 0.25, standardError: 0 });
  });

  it('refuses other lengths', () => {
    expect(failure('argument', () => pairedDifference([1, 2], [1]))).toMatch(/got 2 and 1 values$/);
  });
});

describe('largestError and largestDifference', () => {
  it('take the largest, in the unit of each column', () => {
    expect(largestError([0.1, 0.3, 0.2])).toBe(0.3);
    expect(largestError([])).toBe(0);
    expect(largestDifference([1, 200, 2, 350], [1, 150, 2.1, 350], [1, 100])).toBe(0.5);
    expect(largestDifference([1, -2], [1.5, 2])).toBe(4);
  });

  it('NaN is never small, wherever it stands', () => {
    for (const values of [
      [NaN, 1, 2],
      [1, NaN, 2],
      [1, 2, NaN],
    ]) {
      expect(largestError(values)).toBe(Infinity);
      expect(largestDifference(values, [0, 0, 0])).toBe(Infinity);
    }
    expect(largestDifference([Infinity], [Infinity])).toBe(Infinity);
  });

  it.each([
    ['got 2 and 1 values', () => largestDifference([1, 2], [1])],
    ['expected one unit or more, got none', () => largestDifference([1], [1], [])],
    ['expected units > 0, got 0 at position 1', () => largestDifference([1], [1], [1, 0])],
  ])('%s', (message, f) => expect(failure('argument', f)).toContain(message));
});

describe('leastFirst', () => {
  it('puts NaN first, then −∞, then the numbers; equal values keep their order', () => {
    const values = [2, NaN, -Infinity, 2, Infinity, NaN, -Infinity, -1];
    expect([...leastFirst(values)]).toEqual([1, 5, 2, 6, 7, 0, 3, 4]);
  });

  it('is a total order of anything: each value is at most the next, and each position occurs once', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1));
    const rank = (x: number): number => (Number.isNaN(x) ? -Infinity : x);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 50 }), (values) => {
        const order = leastFirst(values);
        expect([...order].sort((a, b) => a - b)).toEqual([...values.keys()]);
        const sorted = Array.from(order, (i) => values[i]!);
        const numbers = sorted.findIndex((x) => !Number.isNaN(x));
        expect(sorted.slice(numbers < 0 ? sorted.length : numbers).some(Number.isNaN)).toBe(false);
        for (let i = 1; i < sorted.length; i++) expect(rank(sorted[i - 1]!) <= rank(sorted[i]!)).toBe(true);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

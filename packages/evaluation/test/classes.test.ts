import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  calibration,
  confusion,
  correct,
  estimateMean,
  labelLosses,
  mostFrequent,
  mostProbable,
} from '../src/index';
import { failure } from './failure';

const labels = [0, 1, 2, 1, 0];
const probabilities = [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.5, 0.3, 0.2, 0.25, 0.5, 0.25, 0.4, 0.4, 0.2];

describe('predictions', () => {
  it('are the most probable classes, the first of equals', () => {
    expect([...mostProbable(probabilities, 3)]).toEqual([0, 1, 0, 1, 0]);
  });

  it('accuracy is the share of right ones: 4 of 5, standard error √(0.16/4)', () => {
    const { mean, standardError } = accuracy(mostProbable(probabilities, 3), labels);
    expect(mean).toBe(0.8);
    // Σ(x − 0.8)² = 4 · 0.04 + 0.64 = 0.8; √(0.8/4/5).
    expect(standardError).toBeCloseTo(0.2, 14);
    expect([...correct([0, 1, 0, 1, 0], labels)]).toEqual([1, 1, 0, 1, 1]);
  });

  it('confusion counts true classes in lines and predicted ones in columns', () => {
    expect(confusion(mostProbable(probabilities, 3), labels, 3)).toEqual([
      [2, 0, 0],
      [0, 2, 0],
      [1, 0, 0],
    ]);
  });

  it('the trace of the confusion is the number of right ones, its lines add up to the classes', () => {
    const rng = createRng(3);
    const draw = () => Int32Array.from({ length: 1000 }, () => rng.nextInt(4));
    const [truth, predicted] = [draw(), draw()];
    const counts = confusion(predicted, truth, 4);
    const trace = counts.reduce((sum, line, k) => sum + line[k]!, 0);
    expect(trace / 1000).toBeCloseTo(accuracy(predicted, truth).mean, 14);
    counts.forEach((line, k) =>
      expect(line.reduce((a, b) => a + b)).toBe(truth.filter((label) => label === k).length),
    );
  });

  it('mostFrequent is the first of the most frequent', () => {
    expect(mostFrequent([2, 1, 1, 2, 0], 3)).toBe(1);
  });
});

describe('labelLosses', () => {
  it('are −ln of the probability of the own class', () => {
    const losses = labelLosses(probabilities, labels);
    [0.7, 0.8, 0.2, 0.5, 0.4].forEach((p, i) => expect(losses[i]).toBeCloseTo(-Math.log(p), 14));
  });

  it('end where float32 ends, and keep NaN', () => {
    expect(labelLosses([1, 0], [1])[0]).toBeCloseTo(126 * Math.LN2, 12);
    expect(labelLosses([NaN, NaN], [1])[0]).toBeNaN();
  });

  it('are ln K for a classifier that knows nothing', () => {
    const flat = new Float32Array(40).fill(0.25);
    const classes = Array.from({ length: 10 }, (_, i) => i % 4);
    expect(estimateMean(labelLosses(flat, classes)).mean).toBeCloseTo(Math.log(4), 14);
  });
});

describe('calibration', () => {
  /** Rows of two classes, each sure of class 0 to `confidence`, of which `right` are of class 0. */
  const group = (confidence: number, rows: number, right: number) => ({
    probabilities: Array.from({ length: rows }, () => [confidence, 1 - confidence]).flat(),
    labels: Array.from({ length: rows }, (_, i) => (i < right ? 0 : 1)),
  });

  it('is the constructed one: two bins, (10 · 0.15 + 30 · 0.05)/40', () => {
    const [a, b] = [group(0.95, 10, 8), group(0.55, 30, 18)];
    const found = calibration([...a.probabilities, ...b.probabilities], [...a.labels, ...b.labels], {
      bins: 10,
    });
    expect(found.expectedError).toBeCloseTo((10 * 0.15 + 30 * 0.05) / 40, 14);
    expect(found.largestError).toBeCloseTo(0.15, 14);
    expect(found.bins.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 30, 0, 0, 0, 10]);
    expect(found.bins[9]).toMatchObject({ from: 0.9, to: 1, accuracy: 0.8 });
    expect(found.bins[9]!.confidence).toBeCloseTo(0.95, 14);
    expect(found.bins[0]).toEqual({ from: 0, to: 0.1, count: 0, confidence: null, accuracy: null });
  });

  it('is 0 where accuracy is confidence in each bin', () => {
    const [a, b] = [group(0.75, 40, 30), group(0.6, 50, 30)];
    const found = calibration([...a.probabilities, ...b.probabilities], [...a.labels, ...b.labels]);
    expect(found.expectedError).toBeCloseTo(0, 14);
  });

  it('closes bins on the right: 0.5 of two bins is in the first, 1 in the last', () => {
    const { bins } = calibration([0.5, 0.5, 1, 0], [0, 0], { bins: 2 });
    expect(bins.map(({ count }) => count)).toEqual([1, 1]);
  });

  it('with one bin is |accuracy − mean confidence|', () => {
    const found = calibration(probabilities, labels, { bins: 1 });
    expect(found.expectedError).toBeCloseTo(Math.abs(0.8 - (0.7 + 0.8 + 0.5 + 0.5 + 0.4) / 5), 14);
  });

  it('of labels drawn from the probabilities falls with the number of rows', () => {
    const rng = createRng(8);
    const error = (rows: number) => {
      const p = Array.from({ length: rows }, () => 0.5 + rng.nextUint32() / 2 ** 33);
      const drawn = p.map((sure) => Number(rng.nextUint32() / 2 ** 32 >= sure));
      return calibration(p.flatMap((sure) => [sure, 1 - sure]), drawn).expectedError; // prettier-ignore
    };
    // A bin of 1/8 of the rows has a standard error of 0.5 √(8/n) at most; their mean stays below.
    expect(error(20_000)).toBeLessThan(0.01);
    expect(error(200)).toBeGreaterThan(0.01);
  });
});

describe('says what is wrong', () => {
  it.each([
    ['expected rows of K ≥ 1 probabilities, got 5 in all and K = 2', () => mostProbable([1, 2, 3, 4, 5], 2)],
    ['expected a prediction for each of 2 labels, got 1', () => accuracy([0], [0, 1])],
    ['expected a prediction for each of 1 labels, got 2', () => confusion([0, 1], [0], 2)],
    ['expected labels 0 … 1, got 2 in row 1', () => confusion([0, 1], [0, 2], 2)],
    ['expected labels 0 … 1, got 0.5 in row 0', () => mostFrequent([0.5], 2)],
    ['expected one label or more, got none', () => mostFrequent([], 2)],
    ['for each of 2 labels, at least one, got 3 in all', () => labelLosses([1, 0, 1], [0, 0])],
    ['expected labels 0 … 1, got -1 in row 0', () => labelLosses([1, 0], [-1])],
    ['expected one row or more, got none', () => calibration([], [])],
    ['expected an integer bins ≥ 1, got 0', () => calibration([1, 0], [0], { bins: 0 })],
    ['expected probabilities in [0, 1], got 3 in row 0', () => calibration([3, -2], [0])],
    ['expected probabilities in [0, 1], got NaN in row 1', () => calibration([1, 0, NaN, 0], [0, 0])],
  ])('%s', (message, f) => expect(failure('argument', f)).toContain(message));
});

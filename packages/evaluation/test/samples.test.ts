import '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { describe, expect, test } from 'vitest';
import { nearestRows, neighbourClasses, twoSampleAccuracy } from '../src';

const rng = createRng(11);
const normal = (rows: number, d: number) => Float64Array.from(rng.normal([rows, d]).dataSync());
/** All distances, sorted: the plain way. */
function byHand(rows: Float64Array, references: Float64Array, d: number, skip = false) {
  return Array.from({ length: rows.length / d }, (_, i) =>
    Array.from({ length: references.length / d }, (__, j) => {
      let square = 0;
      for (let c = 0; c < d; c++) square += (rows[i * d + c]! - references[j * d + c]!) ** 2;
      return { j, distance: Math.sqrt(square) };
    })
      .filter(({ j }) => !(skip && j === i))
      .sort((a, b) => a.distance - b.distance || a.j - b.j),
  );
}

describe('nearestRows', () => {
  test.each([1, 4])('is the sorted list of all distances, k = %d', (k) => {
    const [rows, references] = [normal(30, 5), normal(50, 5)];
    const { indices, distances } = nearestRows(rows, references, 5, { k });
    const truth = byHand(rows, references, 5).flatMap((sorted) => sorted.slice(0, k));
    expect(Array.from(indices)).toEqual(truth.map(({ j }) => j));
    distances.forEach((value, i) => expect(value).toBeCloseTo(truth[i]!.distance, 12));
  });

  test('of rows among themselves passes over the row, but not over its copy', () => {
    const rows = Float64Array.from([0, 0, 3, 3, 0, 0]);
    expect(Array.from(nearestRows(rows, rows, 2, { others: true }).indices)).toEqual([2, 0, 0]);
  });

  test('a caller’s mistakes', () => {
    expect(() => nearestRows([1, 2, 3], [1, 2], 2)).toThrow('expected rows of 2 values, at least one, got 3');
    expect(() => nearestRows([1], [1], 1, { others: true })).toThrow('expected k from 1 to the 0 references');
  });
});

test('neighbourClasses takes the vote of three, and of a tie the nearest', () => {
  const references = [0, 1, 2, 10];
  expect(Array.from(neighbourClasses([0.4], references, [7, 8, 8, 9], 1))).toEqual([8]);
  expect(Array.from(neighbourClasses([0.4], references, [7, 8, 9, 9], 1))).toEqual([7]);
  expect(() => neighbourClasses([0], references, [1], 1)).toThrow('a label for each of 4 references, got 1');
});

test('twoSampleAccuracy is ½ for one distribution, 1 for samples apart, 0 for copies', () => {
  const [a, b] = [normal(400, 3), normal(400, 3)];
  const { mean, standardError } = twoSampleAccuracy(a, b, 3);
  // Four standard errors of 800 rows.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.07);
  expect(standardError).toBeCloseTo(Math.sqrt(0.25 / 800), 3);
  expect(twoSampleAccuracy(a, b.map((value) => value + 100), 3).mean).toBe(1); // prettier-ignore
  expect(twoSampleAccuracy(a, a, 3).mean).toBe(0);
  expect(() => twoSampleAccuracy(a, b.subarray(3), 3)).toThrow('expected two samples of one size, got 400');
});

import '@tensorflow/tfjs-backend-cpu';
import { createRng } from '@iresnet/core';
import { expect, test } from 'vitest';
import { drawnFigures } from '../src/figures/drawnFigures';

/** Rows of two normal columns with correlation r, the second 10 wide. */
function rows(n: number, r: number, seed: number): number[][] {
  const z = createRng(seed).normal([n, 2]).dataSync();
  return Array.from({ length: n }, (_, i) => {
    const [a, b] = [z[2 * i]!, z[2 * i + 1]!];
    return [a, 10 * (r * a + Math.sqrt(1 - r * r) * b)];
  });
}

const columns = ['a', 'b'];
const training = rows(1000, 0.5, 1);
const heldOut = rows(500, 0.5, 2);

test('draws of the same distribution are as far from training rows as held-out rows are', () => {
  const { marginal, correlation, nearest } = drawnFigures(columns, {
    drawn: rows(1000, 0.5, 3),
    training,
    heldOut,
  })!;
  // Kolmogorov: above 1.95 √(1/n + 1/m) by chance in one of a thousand.
  expect(marginal.drawn).toBeLessThan(1.95 * Math.sqrt(2 / 1000));
  // A correlation has a standard error of (1 − r²)/√n.
  expect(Math.abs(correlation!.drawn - 0.5)).toBeLessThan(4 * (0.75 / Math.sqrt(1000)));
  const error = Math.hypot(nearest.drawn.standardError, nearest.heldOut.standardError);
  expect(Math.abs(nearest.drawn.mean - nearest.heldOut.mean)).toBeLessThan(4 * error);
});

test('what differs is named, and by how much', () => {
  const shifted = rows(1000, 0, 4).map(([a, b]) => [a!, b! + 10]);
  const { marginal, correlation } = drawnFigures(columns, { drawn: shifted, training, heldOut })!;
  // sup |Φ(x) − Φ(x − 1)| = 2 Φ(½) − 1 = 0.383 for a shift of one deviation.
  expect(marginal.column).toBe('b');
  expect(marginal.drawn).toBeGreaterThan(0.3);
  expect(marginal.drawn).toBeLessThan(0.45);
  expect(correlation).toMatchObject({ columns: ['a', 'b'] });
  expect(Math.abs(correlation!.drawn)).toBeLessThan(0.13);
});

test('the distance of Kolmogorov and Smirnov counts equal values once', () => {
  const of = (values: readonly number[]) => values.map((value) => [value]);
  const same = Array.from({ length: 30 }, (_, i) => i % 3);
  const other = same.map((value) => (value === 1 ? 0 : value));
  const found = drawnFigures(['k'], { drawn: of(other), training: of(same), heldOut: of(same) })!;
  expect(found.marginal).toEqual({ column: 'k', drawn: 1 / 3, heldOut: 0 });
  expect(found.correlation).toBe(null);
});

test('a model that copies its rows is found out', () => {
  const copies = training.slice(0, 300).map((row) => row.map((value) => value + 1e-9));
  const { nearest } = drawnFigures(columns, { drawn: copies, training, heldOut })!;
  expect(nearest.drawn.mean).toBeLessThan(1e-6);
  expect(nearest.heldOut.mean).toBeGreaterThan(0.02);
});

test('rows with gaps and constant columns do not count, and too few rows say nothing', () => {
  const gaps = [...rows(100, 0.5, 5), [NaN, 1]];
  const flat = (of: readonly (readonly number[])[]) => of.map(([a]) => [a!, 7]);
  const found = drawnFigures(columns, { drawn: flat(gaps.slice(0, 100)), training: flat(training), heldOut: flat(heldOut) })!; // prettier-ignore
  expect(found.correlation).toBe(null);
  expect(Number.isFinite(found.nearest.drawn.mean)).toBe(true);
  expect(drawnFigures(columns, { drawn: gaps, training, heldOut })!.marginal.drawn).toBeLessThan(0.25);
  expect(drawnFigures(columns, { drawn: gaps, training, heldOut: heldOut.slice(0, 9) })).toBe(null);
});

test('means of the rows with one word are compared, and codes of words are not correlated', () => {
  // The second column has mean 0, 10 or 20 by word; the draws pull them together by a half.
  const of = (n: number, pull: number, seed: number): number[][] =>
    rows(n, 0, seed).map(([a], i) => [i % 3, a! + 10 + (1 - pull) * 10 * ((i % 3) - 1)]);
  const kinds = [{ kind: 'category', values: ['x', 'y', 'z'] }, { kind: 'real' }] as const;
  const found = drawnFigures(
    ['word', 'b'],
    { drawn: of(900, 0.5, 5), training: of(900, 0, 6), heldOut: of(300, 0, 7) },
    kinds,
  )!;
  expect(found.correlation).toBe(null);
  const { column, category, value, ...means } = found.within!;
  expect([column, category]).toEqual(['b', 'word']);
  const [real, made] = value === 'x' ? [0, 5] : [20, 15];
  expect(value).not.toBe('y');
  // A mean of 100 rows has a standard error of 0.1, one of 300 of 0.06.
  expect(Math.abs(means.training - real)).toBeLessThan(0.25);
  expect(Math.abs(means.drawn - made)).toBeLessThan(0.25);
  expect(Math.abs(means.heldOut - real)).toBeLessThan(0.4);
  expect(drawnFigures(columns, { drawn: training, training, heldOut })!.within).toBe(null);
});

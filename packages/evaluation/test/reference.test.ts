import '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { Matrix, determinant, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { faithful, iris, quakes, toy2d, type Table } from '@iresnet/datasets';
import { columnMoments, gaussianDensity, kernelDensity } from '../src/index';
import { failure } from './failure';

const table = (columns: string[], rows: number[][]): Table => ({
  columns,
  rows: rows.length,
  values: Float64Array.from(rows.flat()),
});
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const { PI, exp, log, sqrt } = Math;

/** Σᵢ p(cell centre) · cell area over a rectangle. */
function integral(logDensity: (rows: Float64Array) => Float64Array, box: number[][], n: number): number {
  const at = ([low, high]: number[], i: number) => low! + ((i + 0.5) / n) * (high! - low!);
  const points =
    box.length === 1
      ? Array.from({ length: n }, (_, i) => [at(box[0]!, i)])
      : Array.from({ length: n * n }, (_, k) => [at(box[0]!, Math.floor(k / n)), at(box[1]!, k % n)]);
  const cell = box.reduce((area, [low, high]) => (area * (high! - low!)) / n, 1);
  return logDensity(Float64Array.from(points.flat())).reduce((sum, logP) => sum + exp(logP) * cell, 0);
}

const tables: { name: string; table: Table; box?: number[][] }[] = [
  { name: 'one column', table: table(['x'], [[1], [2], [4], [9]]), box: [[-60, 70]] },
  // Twelve standard deviations about the data: what lies outside is below 1e-15.
  {
    name: 'faithful',
    table: faithful(),
    box: [
      [-10, 17],
      [-90, 230],
    ],
  },
  { name: 'iris', table: iris() },
  { name: 'quakes', table: quakes() },
];

/** The table with column c multiplied by factors[c]. */
const rescaled = (t: Table, factors: number[]): Table => ({
  ...t,
  values: Float64Array.from(t.values, (value, i) => value * factors[i % t.columns.length]!),
});

describe.each(tables)('$name', ({ table, box }) => {
  const d = table.columns.length;
  const rows = Float64Array.from(table.values);
  const data = Matrix.from1DArray(table.rows, d, rows);
  const factors = table.columns.map((_, c) => [1000, 1e-6, -3, 0.25][c % 4]!);
  const logFactors = factors.reduce((sum, factor) => sum + log(Math.abs(factor)), 0);

  it('Gaussian: is the textbook formula with an explicit inverse and determinant', () => {
    const gaussian = gaussianDensity(table);
    const mu = data.mean('column');
    const centred = data.clone().subRowVector(mu);
    const sigma = centred.transpose().mmul(centred).div(table.rows);
    const precision = inverse(sigma);
    const logP = gaussian.logDensity(rows);
    mu.forEach((m, c) => expect(gaussian.mean[c]).toBeCloseTo(m, 10));
    sigma
      .to1DArray()
      .forEach((s, k) =>
        expect(Math.abs(gaussian.covariance[k]! - s)).toBeLessThan(1e-10 * (1 + Math.abs(s))),
      );
    for (let r = 0; r < table.rows; r++) {
      const v = centred.getRowVector(r);
      const square = v.mmul(precision).mmul(v.transpose()).get(0, 0);
      // Two float64 routes through a matrix of condition below 1e5.
      expect(logP[r]).toBeCloseTo(-0.5 * (square + d * log(2 * PI) + log(determinant(sigma))), 9);
    }
  });

  it('kernel: is the sum over training rows as it is written, in the units of the table', () => {
    const h = 0.4;
    const logP = kernelDensity(table, { bandwidth: h }).logDensity(rows);
    const sd = data.standardDeviation('column', { unbiased: false });
    for (let r = 0; r < Math.min(table.rows, 40); r++) {
      let sum = 0;
      for (let i = 0; i < table.rows; i++) {
        let product = 1;
        for (let c = 0; c < d; c++) {
          const s = h * sd[c]!;
          product *= exp(-(((data.get(r, c) - data.get(i, c)) / s) ** 2) / 2) / (s * sqrt(2 * PI));
        }
        sum += product / table.rows;
      }
      expect(logP[r]).toBeCloseTo(log(sum), 10);
    }
  });

  it('change of units: log p falls by log |factor| a column, and the chosen bandwidth stays', () => {
    const scaled = rescaled(table, factors);
    for (const fit of [gaussianDensity, kernelDensity]) {
      const before = fit(table).logDensity(rows);
      const after = fit(scaled).logDensity(scaled.values);
      // The bandwidth is found to 1e-3; rounding may end the search elsewhere by that much, where
      // the likelihood is flat.
      before.forEach((value, r) => expect(Math.abs(after[r]! - (value - logFactors))).toBeLessThan(0.02));
      expect(Math.abs(mean(after) - (mean(before) - logFactors))).toBeLessThan(1e-3);
    }
  });

  it.runIf(box)('integrates to one', () => {
    const n = box!.length === 1 ? 20_000 : 160;
    // The midpoint rule converges faster than any power for a Gaussian; 1.5 cells a deviation would
    // be enough, and a kernel here has two.
    expect(integral(gaussianDensity(table).logDensity, box!, n)).toBeCloseTo(1, 8);
    expect(integral(kernelDensity(table, { bandwidth: 0.3 }).logDensity, box!, n)).toBeCloseTo(1, 8);
  });
});

describe('bandwidth', () => {
  it('is the closed form for two rows: h² is their squared standardized distance', () => {
    // Standardized, 3 and 7 are ∓1; log N(2; 0, h²) is greatest at h = 2.
    expect(kernelDensity(table(['x'], [[3], [7]])).bandwidth).toBeCloseTo(2, 2);
  });

  it('beats every other of a fine grid in leave-one-out likelihood written out', () => {
    const data = table(['x'], [[0], [0.3], [1.1], [1.5], [4], [4.2], [9]]);
    const score = (h: number) => {
      let total = 0;
      for (let i = 0; i < data.rows; i++) {
        const rest = [...data.values].filter((_, j) => j !== i);
        const m = mean(data.values as Float64Array);
        const sd = sqrt(mean(Float64Array.from(data.values, (v) => (v - m) ** 2)));
        const s = h * sd;
        const p = rest.map((t) => exp(-(((data.values[i]! - t) / s) ** 2) / 2) / (s * sqrt(2 * PI)));
        total += log(p.reduce((a, b) => a + b, 0) / rest.length);
      }
      return total;
    };
    const best = score(kernelDensity(data).bandwidth);
    for (let h = 0.02; h < 2; h *= 1.01) expect(score(h)).toBeLessThanOrEqual(best + 1e-5);
  });

  it('is not driven to zero by copies', () => {
    const rows = [0, 1, 2, 3, 5, 8].flatMap((v) => [[v], [v], [v]]);
    expect(kernelDensity(table(['x'], rows)).bandwidth).toBeGreaterThan(0.2);
  });

  it('on 3000 rows, chosen on a part of them: neither half nor double is better on fresh rows', () => {
    const values = toy2d('moons').sample(3000, createRng(4)).dataSync() as Float32Array;
    const moons: Table = { columns: ['x', 'y'], rows: 3000, values };
    const chosen = kernelDensity(moons);
    const fresh = toy2d('moons').sample(500, createRng(5)).dataSync() as Float32Array;
    const at = (factor: number) =>
      mean(kernelDensity(moons, { bandwidth: chosen.bandwidth * factor }).logDensity(fresh));
    expect(at(1)).toBeGreaterThan(at(0.5));
    expect(at(1)).toBeGreaterThan(at(2));
  });
});

it('takes rows far away, infinite and NaN', () => {
  for (const fit of [gaussianDensity, kernelDensity]) {
    const [far, infinite, nan] = fit(faithful()).logDensity(
      Float64Array.from([1e6, 1e6, -Infinity, Infinity, NaN, Infinity]),
    );
    expect(far).toBeLessThan(-1e6);
    expect(Number.isFinite(far)).toBe(true);
    expect(infinite).toBe(-Infinity);
    expect(nan).toBeNaN();
  }
});

describe('says what is wrong', () => {
  const plane = table(
    ['a', 'b'],
    [
      [1, 2],
      [2, 4],
      [3, 6],
    ],
  );
  const constant = table(
    ['a', 'b'],
    [
      [1, 0.1],
      [2, 0.1],
      [3, 0.1],
    ],
  );
  it.each([
    ["expected independent columns, got 'b' as a linear", () => gaussianDensity(plane)],
    ["expected columns that vary, got 'b' with the value 0.1", () => gaussianDensity(constant)],
    ["expected columns that vary, got 'b'", () => kernelDensity(constant)],
    ['expected 1 column and 2 rows or more, got 1 and 1', () => kernelDensity(table(['a'], [[1]]))],
    ["got NaN in row 1, column 'b'", () => kernelDensity(table(['a', 'b'], [[1, 2], [3, NaN]]))], // prettier-ignore
    ['expected more rows than columns, got 2 rows and 2 columns', () => gaussianDensity(table(['a', 'b'], [[1, 2], [3, 5]]))], // prettier-ignore
    // 10¹⁰ entries of a covariance are not even asked for.
    [
      'expected more rows than columns, got 2 rows and 100000 columns',
      () =>
        gaussianDensity({
          columns: Array.from({ length: 1e5 }, (_, i) => `c${i}`),
          rows: 2,
          values: new Float64Array(2e5),
        }),
    ],
    ['expected a bandwidth > 0, got 0', () => kernelDensity(faithful(), { bandwidth: 0 })],
    [
      'expected rows of 2 values, got 3 values',
      () => gaussianDensity(faithful()).logDensity(new Float64Array(3)),
    ],
  ])('%s', (message, f) => expect(failure('argument', f)).toContain(message));
});

describe('moments of columns', () => {
  const base = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3];
  const mean = 1.5;
  const deviation = Math.sqrt(base.reduce((sum, x) => sum + (x - mean) ** 2, 0) / base.length);
  it.each([
    [0, 1],
    [1e9, 1e-3],
    [-1e15, 1],
    [0, 1e-300],
    [0, 1e300],
  ])('offset %d, unit %d', (offset, unit) => {
    const values = Float64Array.from(base, (x) => offset + x * unit);
    const found = columnMoments({ columns: ['a'], rows: base.length, values });
    // The values themselves are rounded to half a unit in the last place of the offset.
    const slack = (2e-16 * Math.abs(offset)) / unit + 1e-15;
    expect(Math.abs((found.mean[0]! - offset) / unit - mean)).toBeLessThan(4 * slack);
    expect(Math.abs(found.deviation[0]! / unit - deviation)).toBeLessThan(4 * slack);
  });

  it('of a constant column: a deviation of exactly 0, whatever its value', () => {
    const values = new Float64Array(1000).fill(0.1);
    expect(columnMoments({ columns: ['a'], rows: 1000, values })).toEqual({
      mean: Float64Array.of(0.1),
      deviation: Float64Array.of(0),
    });
  });
});

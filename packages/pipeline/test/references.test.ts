import '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { describe, expect, test } from 'vitest';
import { defaultRecipe, references, tableSource } from '../src';

const ROWS = 400;
/** ln x of the first column is normal; the second is normal and depends on it. */
const latent = Array.from(
  createRng(3)
    .normal([2 * ROWS])
    .dataSync(),
);
const table = {
  columns: ['x', 'y'],
  rows: ROWS,
  values: Float64Array.from(latent, (z, i) =>
    i % 2 === 0 ? Math.exp(0.5 + z) : 3 + 0.2 * z + latent[i - 1]!,
  ),
};
const sourceOf = (kind: 'log' | 'none') =>
  tableSource('skew', table, {
    ...defaultRecipe('table'),
    transform: { all: 'none', columns: [{ column: 'x', transform: { kind } }] },
  });
const at = (...values: number[]) => ({
  columns: ['x', 'y'],
  rows: values.length / 2,
  values: Float64Array.from(values),
});

describe('references', () => {
  test('are two where columns are seen as they are', () => {
    expect(references(sourceOf('none')).map(({ name }) => name)).toEqual(['Gaussian', 'kernel density']);
  });

  test('behind a logarithm the Gaussian is the log-normal density of the training rows', () => {
    const source = sourceOf('log');
    const [plain, , behind, kernel] = references(source);
    expect(behind!.name).toBe('Gaussian of transformed columns');
    expect(kernel!.name).toBe('kernel density of transformed columns');
    // Mean and covariance of (ln x, y), and the density by hand.
    const { values, rows } = source.training.data;
    const u = Array.from({ length: rows }, (_, i) => [Math.log(values[2 * i]!), values[2 * i + 1]!] as const);
    const mean = [0, 1].map((j) => u.reduce((sum, row) => sum + row[j]!, 0) / rows);
    const covariance = (j: number, k: number): number =>
      u.reduce((sum, row) => sum + (row[j]! - mean[j]!) * (row[k]! - mean[k]!), 0) / rows;
    const [a, b, d] = [covariance(0, 0), covariance(0, 1), covariance(1, 1)];
    const determinant = a * d - b * b;
    const logDensity = (x: number, y: number): number => {
      const [p, q] = [Math.log(x) - mean[0]!, y - mean[1]!];
      const distance = (d * p * p - 2 * b * p * q + a * q * q) / determinant;
      return -Math.log(2 * Math.PI) - 0.5 * Math.log(determinant) - distance / 2 - Math.log(x);
    };
    const points = [1.2, 3.1, 0.05, -1, 20, 5] as const;
    const found = behind!.logDensity!(at(...points));
    [0, 1, 2].forEach((i) => {
      expect(found[i]).toBeCloseTo(logDensity(points[2 * i]!, points[2 * i + 1]!), 9);
    });
    const mean2 = (density: typeof behind): number => {
      const logs = density!.logDensity!(source.heldOut.data);
      return logs.reduce((sum, value) => sum + value, 0) / logs.length;
    };
    // The tail costs the plain Gaussian a nat and more.
    expect(mean2(behind)).toBeGreaterThan(mean2(plain) + 0.5);
  });

  test('behind a transform give nothing to values beyond its support', () => {
    const [, , gaussian, kernel] = references(sourceOf('log'));
    for (const { logDensity } of [gaussian!, kernel!])
      expect(Array.from(logDensity!(at(-1, 3, 0, 3, NaN, 3)))).toEqual([-Infinity, -Infinity, NaN]);
  });
});

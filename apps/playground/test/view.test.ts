import { describe, expect, test } from 'vitest';
import { sourcesOf } from '../src/tour/fold';
import { contour } from '../src/view/contour';

describe('the line of a level', () => {
  const side = 33;
  const grid = (f: (x: number, y: number) => number): number[] =>
    Array.from({ length: side ** 2 }, (_, k) => f((k % side) + 0.5, Math.floor(k / side) + 0.5));

  test('around a cone is a circle of the right length', () => {
    const segments = contour(
      grid((x, y) => Math.hypot(x - 16, y - 17)),
      9,
    );
    let length = 0;
    for (let k = 0; k < segments.length; k += 4) {
      const [x, y, u, v] = segments.slice(k, k + 4) as [number, number, number, number];
      expect(Math.hypot(x - 16, y - 17)).toBeCloseTo(9, 1);
      length += Math.hypot(u - x, v - y);
    }
    // A polygon of some seventy corners is shorter than its circle by less than a hundredth.
    expect(length).toBeGreaterThan(0.99 * 2 * Math.PI * 9);
    expect(length).toBeLessThan(1.001 * 2 * Math.PI * 9);
  });

  test('is not there where nothing crosses it, and lies between where half is −∞', () => {
    expect(contour(grid(() => 1), 2)).toEqual([]); // prettier-ignore
    const half = contour(grid((x) => (x < 16 ? -Infinity : 0)), -1); // prettier-ignore
    expect(new Set(half.filter((_, k) => k % 2 === 0))).toEqual(new Set([16]));
  });
});

describe('the fold of the tour', () => {
  test('a height comes from one place while the slope is below 1, and from three where it is not', () => {
    // x + a sin(2x)/2 at π/2 is π/2 for every a; beyond a slope of 1 two more places share its
    // height.
    for (const slope of [0, 0.5, 0.95]) {
      const [only, ...more] = sourcesOf(Math.PI / 2, slope);
      expect(more).toEqual([]);
      expect(only).toBeCloseTo(Math.PI / 2, 6);
    }
    for (const slope of [1.1, 1.5, 1.8]) {
      const found = sourcesOf(Math.PI / 2, slope);
      expect(found).toHaveLength(3);
      for (const x of found) expect(x + (slope * Math.sin(2 * x)) / 2).toBeCloseTo(Math.PI / 2, 9);
    }
  });
});

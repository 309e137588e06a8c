import { describe, expect, test } from 'vitest';
import { sourcesOf } from '../src/tour/fold';
import { GRID } from '../src/sizes';
import { contour } from '../src/view/contour';
import { folds, pointsAt } from '../src/view/path';

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

describe('the way through the network', () => {
  /** The nodes of the grid on the unit square, after a map of the plane. */
  const gridAfter = (map: (x: number, y: number) => readonly [number, number]): Float32Array =>
    Float32Array.from(
      Array.from({ length: GRID.lines * GRID.nodes }, (_, k) =>
        map((k % GRID.nodes) / (GRID.nodes - 1), Math.floor(k / GRID.nodes) / (GRID.lines - 1)),
      ).flat(),
    );
  const cells = (GRID.lines - 1) ** 2;

  test('folds are the cells that are turned over, and no others', () => {
    expect(folds(gridAfter((x, y) => [x, y]))).toEqual([]);
    expect(folds(gridAfter((x, y) => [x + 0.5 * Math.sin(y), y - 0.3 * x]))).toEqual([]);
    expect(folds(gridAfter((x, y) => [y, x]))).toHaveLength(cells);
    // x ↦ |x − 1/2| turns the left half over.
    const half = folds(gridAfter((x, y) => [Math.abs(x - 0.5), y]));
    expect(half).toHaveLength(cells / 2);
    // The corners of the first cell, in their order around it.
    const side = 1 / (GRID.lines - 1);
    const corners = [0.5, 0, 0.5 - side, 0, 0.5 - side, side, 0.5, side];
    for (const [k, value] of corners.entries()) expect(half[0]![k]).toBeCloseTo(value, 6);
  });

  test('a place between two stages is a mean of both', () => {
    const stages = [Float32Array.of(0, 8, -4), Float32Array.of(4, 8, 4)];
    expect(pointsAt(stages, { stage: 0, share: 0 })).toEqual(stages[0]);
    expect(pointsAt(stages, { stage: 0, share: 0.25 })).toEqual(Float32Array.of(1, 8, -2));
    expect(pointsAt(stages, { stage: 1, share: 1 })).toEqual(stages[1]);
  });
});

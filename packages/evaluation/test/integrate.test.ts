import { describe, expect, it } from 'vitest';
import { boundingBox, gaussianDensity, gridPoints, integrateDensity } from '../src/index';
import { failure } from './failure';

/**
 * erf x by its Maclaurin series, which converges everywhere; for |x| ≤ 2 it cancels no more than
 * two digits.
 */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** log N(x; 0, I) of rows of d values. */
const standardNormal = (d: number) => (x: Float64Array) =>
  Float64Array.from({ length: x.length / d }, (_, i) => {
    let square = 0;
    for (let c = 0; c < d; c++) square += x[i * d + c]! ** 2;
    return -square / 2 - (d / 2) * Math.log(2 * Math.PI);
  });

describe('integrateDensity', () => {
  it.each([
    { d: 1, side: 400 },
    { d: 2, side: 400 },
    { d: 3, side: 50 },
  ])('of a Gaussian over a box is a product of erf, d = $d', ({ d, side }) => {
    const box = [
      [-2, 1],
      [-1, 2.5],
      [-0.5, 0.5],
    ].slice(0, d) as [number, number][];
    const exact = box.reduce((mass, [a, b]) => (mass * (erf(b / Math.SQRT2) - erf(a / Math.SQRT2))) / 2, 1);
    // The midpoint rule errs by (h²/24)(p′(b) − p′(a)) for each column; |p′| ≤ 0.242.
    const bound = box.reduce((sum, [a, b]) => sum + ((b - a) / side) ** 2 * (0.484 / 24), 0);
    const error = Math.abs(integrateDensity(standardNormal(d), box) - exact);
    expect(error).toBeLessThan(bound);
    expect(error).toBeGreaterThan(0);
  });

  it('of a fitted Gaussian over a box of eight deviations is 1', () => {
    const values = Float64Array.of(1, 10, 2, 30, 4, 20, 3, 50, 5, 35);
    const gaussian = gaussianDensity({ columns: ['a', 'b'], rows: 5, values });
    const box = boundingBox([values], 2, { margin: 3 });
    // The mass outside is below 1e-12, and the midpoint rule is exact to rounding on such a
    // function.
    expect(integrateDensity(gaussian.logDensity, box, { side: 200 })).toBeCloseTo(1, 10);
  });

  it.each([
    ['at most 3 columns', () => integrateDensity(standardNormal(4), [[0, 1], [0, 1], [0, 1], [0, 1]])], // prettier-ignore
    ['to give 16 values, one for each point, got 32', () => integrateDensity(standardNormal(1), [[0, 1], [0, 1]], { side: 4 })], // prettier-ignore
  ])('refuses: %s', (message, f) => expect(failure('argument', f)).toContain(message));
});

describe('gridPoints', () => {
  it('are the centres of cells, the first column fastest', () => {
    const box = [
      [0, 2],
      [0, 20],
    ] as const;
    expect([...gridPoints(box, 2)]).toEqual([0.5, 5, 1.5, 5, 0.5, 15, 1.5, 15]);
    expect([...gridPoints([[-1, 1]], 4)]).toEqual([-0.75, -0.25, 0.25, 0.75]);
  });

  it.each([
    ['expected one column or more', () => gridPoints([], 2)],
    ['low < high, got [1, 1] in column 1', () => gridPoints([[0, 1], [1, 1]], 2)], // prettier-ignore
    ['expected an integer side ≥ 1, got 0', () => gridPoints([[0, 1]], 0)],
    ['cells, got 1000^3', () => gridPoints([[0, 1], [0, 1], [0, 1]], 1000)], // prettier-ignore
  ])('refuses: %s', (message, f) => expect(failure('argument', f)).toContain(message));
});

describe('boundingBox', () => {
  it('holds the rows of all parts with the margin on each side', () => {
    expect(boundingBox([[0, 10], [4, 30]], 2)).toEqual([[-2, 6], [0, 40]]); // prettier-ignore
    expect(boundingBox([[1, 5, 3]], 1, { margin: 0 })).toEqual([[1, 5]]);
  });

  it.each([
    ['expected one row or more, got none', () => boundingBox([[]], 2)],
    ['expected rows of 2 values, got 3', () => boundingBox([[1, 2, 3]], 2)],
    ['got NaN in row 1, column 0', () => boundingBox([[1, 2, NaN, 3]], 2)],
    ['expected a margin ≥ 0, got -1', () => boundingBox([[1, 2]], 1, { margin: -1 })],
    ['expected an integer width ≥ 1, got 0', () => boundingBox([[1, 2]], 0)],
  ])('refuses: %s', (message, f) => expect(failure('argument', f)).toContain(message));
});

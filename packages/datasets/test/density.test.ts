import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import { toy2d, type Toy2dName } from '../src/index';
import { gaussLegendre } from '../src/toy/numeric';

const { PI, cos, exp, log, sin, sqrt } = Math;

/**
 * The curves as the literature writes them, one function of u ~ U[0, 1] for each arc, and σ of the
 * noise.
 */
const curves: { name: Toy2dName; sigma: number; arcs: ((u: number) => [number, number])[] }[] = [
  {
    name: 'moons',
    sigma: 0.2,
    arcs: [
      (u) => [2 * cos(PI * u) - 1, 2 * sin(PI * u) - 0.2],
      (u) => [2 * (1 - cos(PI * u)) - 1, 2 * (1 - sin(PI * u) - 0.5) - 0.2],
    ],
  },
  {
    name: 'swissroll',
    sigma: 0.2,
    arcs: [
      (u) => {
        const t = 1.5 * PI * (1 + 2 * u);
        return [(t * cos(t)) / 5, (t * sin(t)) / 5];
      },
    ],
  },
  {
    name: 'rings',
    sigma: 0.08,
    arcs: [0.25, 0.5, 0.75, 1].map((r) => (u) => [3 * r * cos(2 * PI * u), 3 * r * sin(2 * PI * u)]),
  },
  {
    name: '2spirals',
    sigma: sqrt(0.1 ** 2 + (0.5 / 3) ** 2 / 12),
    arcs: [1, -1].map((sign) => (u) => {
      const n = (sqrt(u) * 540 * 2 * PI) / 360;
      return [(sign * (-cos(n) * n + 0.25)) / 3, (sign * (sin(n) * n + 0.25)) / 3];
    }),
  },
  { name: 'line', sigma: 0.1, arcs: [(u) => [5 * u - 2.5, 5 * u - 2.5]] },
  { name: 'cosine', sigma: 0.1, arcs: [(u) => [5 * u - 2.5, 2.5 * sin(5 * u - 2.5)]] },
];

describe.each(curves)('$name', ({ name, sigma, arcs }) => {
  it("is the integral along the curve, by Simpson's rule on 100,000 intervals", () => {
    const [[x0, x1], [y0, y1]] = toy2d(name).bounds;
    const rng = createRng(3);
    // Half of the points anywhere in the bounds, corners included; half on the curve, ends
    // included.
    const points: [number, number][] = [
      [x0, y0],
      [x1, y1],
      [x0, y1],
      arcs[0]!(0),
      arcs[0]!(1),
      arcs.at(-1)!(0.3),
      arcs.at(-1)!(1),
    ];
    for (let i = 0; i < 6; i++) points.push([x0 + (x1 - x0) * rng.next(), y0 + (y1 - y0) * rng.next()]);
    const computed = toy2d(name).logDensity(Float64Array.from(points.flat()));
    // u = s², du = 2s ds: the spirals' square root is then smooth.
    const intervals = 100_000;
    const exponents = new Float64Array((intervals + 1) * arcs.length);
    points.forEach(([x, y], k) => {
      arcs.forEach((arc, a) => {
        for (let i = 0; i <= intervals; i++) {
          const [cx, cy] = arc((i / intervals) ** 2);
          exponents[a * (intervals + 1) + i] = ((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2);
        }
      });
      const least = exponents.reduce((low, exponent) => Math.min(low, exponent), Infinity);
      let sum = 0;
      exponents.forEach((exponent, index) => {
        const i = index % (intervals + 1);
        const weight = i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2;
        sum += weight * ((2 * i) / intervals) * exp(least - exponent);
      });
      const truth = log(sum / (3 * intervals) / arcs.length) - least - log(2 * PI * sigma ** 2);
      // The documented bound. Simpson's rule is right to (slope of the exponent / intervals)⁴/180,
      // below 1e-8.
      expect(Math.abs(computed[k]! - truth)).toBeLessThan(1e-6);
    });
  });
});

/** erf by its Maclaurin series, right to 1e-11 for |z| ≤ 3. */
function erf(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < 120; n++) {
    term *= (-z * z) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / sqrt(PI)) * sum;
}

describe('closed forms', () => {
  it('line: a Gaussian across times a difference of error functions along', () => {
    const [sigma, half] = [0.1, 2.5 * sqrt(2)];
    for (const [along, across] of [
      [half, 0],
      [half - 0.1, 0.05],
      [half + 0.2, -0.1],
      [-half - 0.25, 0.3],
    ] as const) {
      const x = (along - across) / sqrt(2);
      const y = (along + across) / sqrt(2);
      // The far end is 70σ away: its error function is ±1.
      const cover = (1 + erf((half - Math.abs(along)) / (sigma * sqrt(2)))) / 2 / (2 * half);
      const truth = log(cover) - across ** 2 / (2 * sigma ** 2) - log(sigma * sqrt(2 * PI));
      const [computed] = toy2d('line').logDensity(Float64Array.from([x, y]));
      expect(Math.abs(computed! - truth)).toBeLessThan(1e-9);
    }
  });

  it('rings: in the centre every point of a circle is equally far', () => {
    const truth = [0.75, 1.5, 2.25, 3].reduce((p, r) => p + exp(-(r ** 2) / (2 * 0.08 ** 2)) / 4, 0);
    const [computed] = toy2d('rings').logDensity(Float64Array.from([0, 0]));
    expect(Math.abs(computed! - (log(truth) - log(2 * PI * 0.08 ** 2)))).toBeLessThan(1e-9);
  });

  it('8gaussians: eight terms', () => {
    const sigma = 0.5 / 1.414;
    const h = 1 / sqrt(2);
    const directions = [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [h, h],
      [h, -h],
      [-h, h],
      [-h, -h],
    ] as const;
    for (const [x, y] of [
      [0, 0],
      [2, 1],
      [-2.8, 0.1],
    ] as const) {
      const terms = directions.map(([a, b]) => (x - (4 * a) / 1.414) ** 2 + (y - (4 * b) / 1.414) ** 2);
      const p = terms.reduce((sum, square) => sum + exp(-square / (2 * sigma ** 2)), 0);
      const [computed] = toy2d('8gaussians').logDensity(Float64Array.from([x, y]));
      expect(Math.abs(computed! - log(p / 8 / (2 * PI * sigma ** 2)))).toBeLessThan(1e-12);
    }
  });

  it('pinwheel: the density of f, divided by the Jacobian of the map, on an arm that no other reaches', () => {
    const map = (a: number, b: number, k: number): [number, number] => {
      const angle = (2 * PI * k) / 5 + 0.25 * exp(Math.hypot(a, b));
      return [2 * (a * cos(angle) + b * sin(angle)), 2 * (-a * sin(angle) + b * cos(angle))];
    };
    const h = 1e-5;
    for (const [a, b] of [
      [1, 0],
      [1.3, 0.05],
      [0.9, -0.1],
      [1.6, 0.02],
    ] as const) {
      for (let k = 0; k < 5; k++) {
        const [xa, ya] = map(a + h, b, k).map((v, i) => (v - map(a - h, b, k)[i]!) / (2 * h)) as [
          number,
          number,
        ];
        const [xb, yb] = map(a, b + h, k).map((v, i) => (v - map(a, b - h, k)[i]!) / (2 * h)) as [
          number,
          number,
        ];
        const logF = -(((a - 1) / 0.3) ** 2 + (b / 0.1) ** 2) / 2 - log(2 * PI * 0.3 * 0.1);
        const truth = logF - log(Math.abs(xa * yb - xb * ya)) - log(5);
        const [computed] = toy2d('pinwheel').logDensity(Float64Array.from(map(a, b, k)));
        // Central differences are right to h² = 1e-10; the other arms are 10σ away and more at
        // these radii.
        expect(Math.abs(computed! - truth)).toBeLessThan(1e-8);
      }
    }
  });

  it('checkerboard: 1/32 on half-open squares, by hand', () => {
    const points = [
      [1, 1, 1],
      [-1, -1, 1],
      [1, -1, 0],
      [-1, 1, 0],
      [-3, 1, 1],
      [3, 3, 1],
      [3, 1, 0],
      [0, 0, 1],
      [-4, -4, 1],
      [4, 4, 0],
      [-4.001, -4, 0],
      [1.999, 0, 1],
      [2, 0, 0],
    ] as const;
    const computed = toy2d('checkerboard').logDensity(Float64Array.from(points.flatMap(([x, y]) => [x, y])));
    expect([...computed]).toEqual(points.map(([, , inside]) => (inside ? -log(32) : -Infinity)));
    expect(toy2d('checkerboard').entropy()).toBeCloseTo(log(32), 12);
  });
});

describe('gaussLegendre', () => {
  it.each([1, 2, 5, 16, 40])('integrates powers below 2n exactly, n = %i', (n) => {
    const { nodes, weights } = gaussLegendre(n);
    for (let power = 0; power < 2 * n; power++) {
      const sum = nodes.reduce((total, x, i) => total + weights[i]! * x ** power, 0);
      expect(Math.abs(sum - (power % 2 === 0 ? 2 / (power + 1) : 0))).toBeLessThan(1e-13);
    }
  });
});

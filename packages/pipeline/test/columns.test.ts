import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  decodePipeline,
  defaultRecipe,
  encodePipeline,
  reconstruct,
  sample,
  score,
  tableSource,
  train,
  type ColumnTransformSpec,
  type Recipe,
  type TransformChoice,
} from '../src';
import { hostMap } from '../src/columns/hostMap';
import { columnTransform } from '../src/columns/specs';

/** Values that a column may have, from 1e-300 to 1e300 above a bound or on both sides. */
const positive = [1e-300, 1e-12, 1e-3, 0.1, 0.7, 1, 2.5, 40, 1e4, 1e12, 1e200, 1e300];
const real = [...positive.map((x) => -x), 0, ...positive];

interface Case {
  readonly spec: ColumnTransformSpec;
  readonly values: readonly number[];
}

const knots = { x: [-3, -1, -0.5, 4, 11], y: [-2, -1, 0, 0.5, 2], slope: [0.2, 1, 0.9, 0.05, 0.3] };
const cases: readonly Case[] = [
  { spec: 'none', values: real },
  { spec: { kind: 'asinh', center: 0, scale: 1 }, values: real },
  { spec: { kind: 'asinh', center: -3.5, scale: 1e-9 }, values: real },
  { spec: { kind: 'asinh', center: 1e6, scale: 250 }, values: real },
  { spec: { kind: 'log', low: 0 }, values: positive },
  { spec: { kind: 'log', low: -20 }, values: positive },
  { spec: { kind: 'softplus', low: 0, scale: 2 }, values: positive },
  {
    spec: { kind: 'softplus', low: 5, scale: 1e-3 },
    values: positive.map((x) => 5 + x).filter((x) => x > 5),
  },
  { spec: { kind: 'logit', low: 0, high: 1 }, values: [1e-300, 1e-9, 0.2, 0.5, 0.8, 1 - 1e-9] },
  { spec: { kind: 'logit', low: -4, high: 100 }, values: [-4 + 1e-12, -3, 0, 30, 99.999, 100 - 1e-12] },
  { spec: { kind: 'spline', ...knots }, values: [...real, ...knots.x, -0.9, -0.7, 1, 3.99, 10] },
];

describe.each(cases)('$spec', ({ spec, values }) => {
  const t = columnTransform(spec);
  const sorted = [...values].sort((a, b) => a - b);

  test('takes the values of its support to finite numbers, and increases', () => {
    const y = sorted.map(t.forward);
    expect(y.every(Number.isFinite)).toBe(true);
    for (let i = 1; i < y.length; i++) expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]!);
  });

  test('has its inverse, up to the rounding of y', () => {
    for (const x of sorted) {
      const y = t.forward(x);
      const off = 2 ** -50 * (1 + Math.abs(y));
      const bound = off * t.inverseSlope(y - off, y + off) + 2 ** -51 * Math.abs(x);
      expect(Math.abs(t.inverse(y) - x), `x = ${x}`).toBeLessThanOrEqual(bound);
    }
  });

  test('has the slope of its finite differences', () => {
    for (const x of sorted) {
      // A step that is small for the curve and large for the rounding of x and of y.
      const step = Math.min(1e-5 * Math.exp(-t.logSlope(x)), (x - t.support[0]) / 2, (t.support[1] - x) / 2);
      const [from, to] = [x - step, x + step];
      const rise = t.forward(to) - t.forward(from);
      if (to - x < 1e-9 * Math.abs(x) || !Number.isFinite(to - from)) continue;
      // At a knot the curvature jumps, and the difference has an error of the order of its step.
      expect(Math.log(rise / (to - from)), `x = ${x}`).toBeCloseTo(t.logSlope(x), 3);
    }
  });

  test('bounds the slope of its inverse over an interval', () => {
    for (const x of sorted) {
      const y = t.forward(x);
      if (Math.abs(y) > 300) continue;
      for (const radius of [0, 1e-3, 0.5, 3]) {
        const bound = t.inverseSlope(y - radius, y + radius);
        for (let k = -10; k <= 10; k++) {
          // Beside a bound, x has lost digits of its distance to it.
          const at = t.inverse(y + (k / 10) * radius);
          const lost = 2 ** -52 * Math.abs(at);
          const slope = Math.exp(-t.logSlope(at));
          expect(slope, `x = ${x} ± ${radius}`).toBeLessThanOrEqual(bound * (1 + 1e-6) + 2 * lost);
        }
      }
    }
  });

  test('comes back inside its support from anywhere', () => {
    for (const y of [-1e6, -800, -40, 0, 40, 800, 1e6]) {
      const x = t.inverse(y);
      expect(x > t.support[0] && x < t.support[1], `y = ${y}`).toBe(true);
      expect(Number.isFinite(t.forward(x))).toBe(true);
    }
  });
});

test('the values beyond a support are not finite', () => {
  const bad = (spec: ColumnTransformSpec, x: number) => Number.isFinite(columnTransform(spec).forward(x));
  expect([bad({ kind: 'log', low: 0 }, 0), bad({ kind: 'log', low: 0 }, -1)]).toEqual([false, false]);
  expect(bad({ kind: 'softplus', low: 3, scale: 1 }, 3)).toBe(false);
  expect([0, 1, 2, -1].map((x) => bad({ kind: 'logit', low: 0, high: 1 }, x))).not.toContain(true);
});

test('the bound of an error of z holds in the units of the data', () => {
  const rng = createRng(3);
  for (const { spec, values } of cases) {
    const near = values.filter((x) => Math.abs(columnTransform(spec).forward(x)) < 100);
    const transforms = [spec, { kind: 'asinh', center: 1, scale: 2 } as const];
    const host = hostMap({ mean: [0.3, -1], deviation: [2, 0.7], factor: [1, 0, -0.8, 0.6] }, transforms);
    for (const x of near) {
      const row = [x, 17];
      const z = host.toModel(row);
      for (const radius of [0, 1e-7, 0.01, 1]) {
        const bound = host.errorBound(row, z, radius);
        for (let draw = 0; draw < 20; draw++) {
          const angle = 2 * Math.PI * rng.next();
          const back = host.toData([z[0]! + radius * Math.cos(angle), z[1]! + radius * Math.sin(angle)]);
          expect(Math.hypot(back[0]! - x, back[1]! - 17), `${x} ± ${radius}`).toBeLessThanOrEqual(bound);
        }
      }
    }
  }
});

/** Rows whose columns are drawn one by one. */
function tableOf(
  rows: number,
  draws: Readonly<Record<string, (u: () => number, g: () => number) => number>>,
): Table {
  const rng = createRng(11);
  const u = () => rng.next();
  const g = () => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
  const columns = Object.keys(draws);
  const values = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++)
    columns.forEach((name, j) => (values[i * columns.length + j] = draws[name]!(u, g)));
  return { columns, rows, values };
}

const kindsOf = (table: Table, all: TransformChoice = 'auto') => {
  const { input } = tableSource('drawn', table, { ...defaultRecipe('table'), transform: { all } });
  return (input.transforms ?? []).map((spec) => (typeof spec === 'string' ? spec : spec.kind));
};

describe('detection', () => {
  test('finds heavy tails, amounts, shares and atoms at a bound, and leaves the others', () => {
    const found = kindsOf(
      tableOf(600, {
        normal: (_, g) => 5 + g(),
        uniform: (u) => u() * 12 - 4,
        clusters: (u, g) => (u() < 0.5 ? -3 : 3) + g() / 3,
        cauchy: (u) => Math.tan(Math.PI * (u() - 0.5)),
        price: (_, g) => Math.exp(3 + g()),
        share: (u) => u(),
        rain: (u) => (u() < 0.5 ? 0 : Math.ceil(-40 * Math.log(1 - u())) / 10),
      }),
    );
    expect(found).toEqual(['none', 'none', 'none', 'asinh', 'log', 'logit', 'softplus']);
  });

  test('a count that could be 0 is not kept from it', () => {
    const found = kindsOf(
      tableOf(600, { count: (u) => Math.ceil(0.5 - 4 * Math.log(1 - u()) ** 3), b: (u) => u() }),
    );
    expect(found[0]).toBe('asinh');
  });

  test('does not bend the columns of a total', () => {
    const table = tableOf(600, { a: (_, g) => Math.exp(g()), b: (_, g) => Math.exp(g()), total: () => 0 });
    for (let i = 0; i < table.rows; i++)
      (table.values as Float64Array)[3 * i + 2] = table.values[3 * i]! + table.values[3 * i + 1]!;
    expect(kindsOf(table)).toEqual([]);
    expect(kindsOf(tableOf(600, { a: (_, g) => Math.exp(g()), b: (_, g) => Math.exp(g()) }))).toEqual([
      'log',
      'log',
    ]);
  });

  test('what is asked for a column wins, with its support', () => {
    const table = tableOf(200, { a: (_, g) => Math.exp(g()), b: (u) => 7 * u() });
    const recipe: Recipe = {
      ...defaultRecipe('table'),
      transform: { all: 'auto', columns: [{ column: 'b', transform: { kind: 'logit', high: 7 } }] },
    };
    expect(tableSource('drawn', table, recipe).input.transforms).toEqual([
      { kind: 'log', low: 0 },
      { kind: 'logit', low: 0, high: 7 },
    ]);
    expect(kindsOf(table, 'spline')).toEqual(['spline', 'spline']);
    const refused = (transform: Recipe['transform']) => () => tableSource('drawn', table, { ...recipe, transform: transform! }); // prettier-ignore
    expect(refused({ all: { kind: 'log', low: 1 } })).toThrow(/drawn: expected values in \(1, Infinity\) for log of column 'a', got 0\./); // prettier-ignore
    expect(refused({ all: 'none', columns: [{ column: 'A', transform: 'log' }] })).toThrow(/column 'A' to transform.*did you mean 'a'/); // prettier-ignore
    expect(refused({ all: 'logg' as 'log' })).toThrow(IResNetError);
  });
});

describe('a model of transformed columns', () => {
  const table = tableOf(400, {
    price: (_, g) => Math.exp(2 + g()),
    tail: (u) => 1e3 + Math.tan(Math.PI * (u() - 0.5)),
    share: (u) => u(),
  });
  const recipe: Recipe = {
    ...defaultRecipe('table'),
    steps: 8,
    model: {
      kind: 'dense',
      flow: { blocks: 2, hidden: [8], activation: 'sin', coefficient: 0.9, actNorm: true },
    },
  };
  let made: Awaited<ReturnType<typeof train>>;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    made = await train(tableSource('drawn', table, recipe), recipe);
  });

  test('stores its transforms and is the same when it is opened', async () => {
    const { pipeline } = made;
    expect(pipeline.input).toHaveProperty('transforms', [
      { kind: 'log', low: 0 },
      { kind: 'asinh', center: expect.any(Number) as number, scale: expect.any(Number) as number },
      { kind: 'logit', low: 0, high: 1 },
    ]);
    const again = decodePipeline(await encodePipeline(pipeline));
    expect(await score(again, table)).toEqual(await score(pipeline, table));
  });

  test('is a density in the units of the data: it integrates to 1 along each column', async () => {
    // ∫ p(x) over a box of nearly all its mass, by a sum over draws from a density q that covers
    // it.
    const { pipeline } = made;
    const count = 20_000;
    const rng = createRng(5);
    const rows: number[][] = [];
    const weights: number[] = [];
    const logistic = () => Math.log(1 / rng.next() - 1);
    for (let i = 0; i < count; i++) {
      const [a, b, c] = [2 + 1.5 * logistic(), 3 * logistic(), 2 * logistic()];
      rows.push([Math.exp(a), 1e3 + Math.sinh(b), 1 / (1 + Math.exp(-c))]);
      const q = (v: number) => -v - 2 * Math.log1p(Math.exp(-v));
      const share = rows.at(-1)![2]!;
      weights.push(
        q((a - 2) / 1.5) - Math.log(1.5) - a + q(b / 3) - Math.log(3) - Math.log(Math.cosh(b)) + q(c / 2) - Math.log(2) - Math.log(share * (1 - share)), // prettier-ignore
      );
    }
    const { logProb } = await score(pipeline, rows);
    const ratios = Array.from(logProb!, (p, i) => Math.exp(p - weights[i]!));
    const mean = ratios.reduce((sum, r) => sum + r / count, 0);
    const error = Math.sqrt(ratios.reduce((sum, r) => sum + (r - mean) ** 2, 0)) / count;
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * error);
  });

  test('draws rows inside the supports', async () => {
    const { values } = await sample(made.pipeline, 200, { seed: 2, temperature: 3 });
    for (let i = 0; i < values.length; i += 3) {
      expect(values[i]).toBeGreaterThan(0);
      expect(values[i + 2]! > 0 && values[i + 2]! < 1).toBe(true);
    }
  });

  test('comes back within its bound, also far away', async () => {
    const far = [
      ...Array.from({ length: 200 }, (_, i) => Array.from(table.values.subarray(3 * i, 3 * i + 3))),
      [1e300, 1e3, 0.5],
      [1e-300, -1e250, 1e-200],
      [5, 1e3 + 1e12, 1 - 1e-15],
    ];
    const { maxError, errorBound, unusable, converged } = await reconstruct(made.pipeline, far);
    expect(unusable).toEqual([]);
    far.forEach((row, i) => {
      if (!converged[i]) return;
      expect(maxError[i], `row ${row.join()}`).toBeLessThanOrEqual(errorBound[i]!);
      if (i < 200) expect(errorBound[i]).toBeLessThan(1e-3 * (1 + Math.max(...row.map(Math.abs))));
    });
    expect(converged.filter(Boolean).length).toBeGreaterThanOrEqual(200);
  });

  test('a row beyond a support is reported and does not end the others', async () => {
    const { logProb, unusable } = await score(made.pipeline, [[5, 1e3, 0.5], [-1, 1e3, 0.5], [5, 1e3, 1]]); // prettier-ignore
    expect(Array.from(logProb!, Number.isFinite)).toEqual([true, false, false]);
    expect(unusable.map(({ reason }) => reason)).toEqual([
      "column 'price': -1 is not in its support (0, Infinity)",
      "column 'share': 1 is not in its support (0, 1)",
    ]);
    expect(logProb![1]).toBe(-Infinity);
  });
});

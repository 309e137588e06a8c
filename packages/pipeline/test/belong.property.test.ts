import { expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import type { ColumnKind, Table } from '@iresnet/datasets';
import { useBackend } from '../../backend/src/index';
import { possibleValues } from '../src/columns/possible';
import { decodePipeline, defaultRecipe, encodePipeline, sample, tableSource, train } from '../src';

/** Draws at each temperature. `DRAWS=1000000`, or `npm run draws`, is the large version. */
const DRAWS = Number(process.env['DRAWS'] ?? 5000);
const PIECE = 20_480;

interface Column {
  readonly kind: ColumnKind;
  /** A value from a uniform and a normal number. */
  readonly value: (u: number, z: number) => number;
  /**
   * Whether a row may hold a value. It is written as decimal text, apart from the code under test.
   */
  readonly belongs: (x: number) => boolean;
}

const real: ColumnKind = { kind: 'real' };
const fixed = (x: number, decimals: number): number => Number(x.toFixed(decimals));
const decimalsOf = (x: number): number => /\.(\d+)$/.exec(String(x))?.[1]?.length ?? 0;
const day = 20_000;

const columns: Readonly<Record<string, Column>> = {
  sky: {
    kind: { kind: 'category', values: ['fog', 'rain', 'sun'], missing: true },
    value: (u) => Math.floor(4 * u),
    belongs: (x) => [0, 1, 2, 3].includes(x),
  },
  rooms: {
    kind: { kind: 'integer', low: 1 },
    value: (_, z) => Math.max(1, Math.round(3 + 2 * z)),
    belongs: (x) => Number.isInteger(x) && x >= 1,
  },
  score: {
    kind: { kind: 'integer', low: 0, high: 1000 },
    value: (u) => Math.round(1000 * u),
    belongs: (x) => Number.isInteger(x) && x >= 0 && x <= 1000,
  },
  balance: {
    kind: { kind: 'integer' },
    value: (_, z) => Math.round(1e4 * z),
    belongs: Number.isInteger,
  },
  date: { kind: { kind: 'date' }, value: (u) => day + Math.floor(365 * u), belongs: Number.isInteger },
  time: {
    kind: { kind: 'time' },
    value: (u) => day + Math.floor(24 * 90 * u) / 24,
    belongs: (x) => Math.abs(24 * x - Math.round(24 * x)) < 1e-6,
  },
  price: {
    kind: real,
    value: (_, z) => Math.max(0.01, fixed(Math.exp(1 + 1.5 * z), 2)),
    belongs: (x) => x > 0 && decimalsOf(x) <= 2,
  },
  // Its step is 0.3, so that half a step below 0 rounds to −0.1 and −0.2.
  rain: {
    kind: real,
    value: (u, z) => (u < 0.5 ? 0 : fixed(0.3 + 5 * Math.abs(z), 1)),
    belongs: (x) => x >= 0 && decimalsOf(x) <= 1 && !Object.is(x, -0),
  },
  width: {
    kind: { kind: 'positive' },
    value: (_, z) => Math.max(0.1, fixed(0.6 + 0.4 * z, 1)),
    belongs: (x) => x > 0 && decimalsOf(x) <= 1,
  },
  share: {
    kind: real,
    value: (u) => Math.min(0.99, Math.max(0.01, fixed(u, 2))),
    belongs: (x) => x > 0 && x < 1 && decimalsOf(x) <= 2,
  },
  percent: {
    kind: real,
    value: (u) => fixed(Math.min(100, 103 * u), 1),
    belongs: (x) => x >= 0 && x <= 100 && decimalsOf(x) <= 1,
  },
  grade: {
    kind: { kind: 'bounded', low: 0, high: 6 },
    value: (u) => Math.min(5.9, Math.max(0.1, fixed(6 * u, 1))),
    belongs: (x) => x > 0 && x < 6 && decimalsOf(x) <= 1,
  },
  // 50 stands for all that is more.
  censored: {
    kind: real,
    value: (_, z) => Math.min(50, fixed(30 + 15 * z, 1)),
    belongs: (x) => x <= 50 && decimalsOf(x) <= 1,
  },
  depth: {
    kind: real,
    value: (_, z) => -fixed(Math.abs(z) + 0.5, 3),
    belongs: (x) => x < 0 && decimalsOf(x) <= 3,
  },
  // Computed numbers have no grid.
  mass: { kind: real, value: (_, z) => Math.abs(z) + Math.PI / 100, belongs: (x) => x > 0 },
  level: { kind: real, value: (_, z) => fixed(z, 2), belongs: (x) => decimalsOf(x) <= 2 },
};
const names = Object.keys(columns);

function tableOf(rows: number): Table {
  const rng = createRng(11);
  const normal = rng.normal([rows * names.length]);
  const z = normal.dataSync();
  normal.dispose();
  const values = Float64Array.from(z, (n, i) => columns[names[i % names.length]!]!.value(rng.next(), n));
  return { columns: names, rows, values, kinds: names.map((name) => columns[name]!.kind) };
}

test('no draw holds a value that its column cannot have', { timeout: 3_600_000 }, async () => {
  await useBackend('wasm');
  const table = tableOf(400);
  const base = defaultRecipe('table', 'density', { rows: table.rows, columns: names.length });
  if (base.model.kind !== 'dense') throw new Error('not for rows');
  const model = { ...base.model, flow: { ...base.model.flow, blocks: 1, hidden: [8] } };
  const recipe = { ...base, steps: 10, patience: null, model };
  const trained = await train(tableSource('all kinds', table, recipe), recipe);
  const pipeline = decodePipeline(await encodePipeline(trained.pipeline));
  const strange = new Map<string, number>();
  // A high temperature goes to where the training rows end.
  for (const temperature of [1, 4]) {
    const rng = createRng(7);
    for (let first = 0; first < DRAWS; first += PIECE) {
      const n = Math.min(PIECE, DRAWS - first);
      const { values } = await sample(pipeline, n, { rng, first, temperature });
      values.forEach((x, i) => {
        const name = names[i % names.length]!;
        if (!columns[name]!.belongs(x)) strange.set(`${name}: ${x}`, (strange.get(`${name}: ${x}`) ?? 0) + 1);
      });
    }
  }
  expect([...strange].slice(0, 20)).toEqual([]);
});

test('what a column can hold follows from its values', () => {
  const of = (...values: number[]) =>
    possibleValues(
      { columns: ['a'], rows: values.length, values: Float64Array.from(values) },
      undefined,
      null,
    );
  expect(of(1.25, -3, 7.5)).toEqual([{ per: 100 }]);
  expect(of(0, 2, 5)).toEqual([{ per: 1, low: 0 }]);
  expect(of(0.2, 2, 5)).toEqual([{ per: 10, low: 0.1 }]);
  expect(of(-0.2, -2, -5)).toEqual([{ per: 10, high: -0.1 }]);
  expect(of(1, 50, 100, 20)).toEqual([{ per: 1, low: 1, high: 100 }]);
  expect(of(0, 0.5, 0.97)).toEqual([{ per: 100, low: 0, high: 0.99 }]);
  expect(of(Math.PI, -Math.E)).toBeNull();
  expect(of(Math.PI, Math.E)).toEqual([{ low: Math.E }]);
  // A value that many share is an end, and five rows are not many of a thousand.
  expect(of(-3, -1, 7, 7, 7, 7, 7)).toEqual([{ per: 1, high: 7 }]);
  const thousand = Array.from({ length: 1000 }, (_, i) => Math.min(i - 500, 494));
  expect(of(...thousand)).toEqual([{ per: 1 }]);
  // Digits beyond those of a float64 are no decimals.
  expect(of(1 / 3, -2 / 3, 1e-20)).toBeNull();
  expect(of(-1e300, 1.5)).toBeNull();
});

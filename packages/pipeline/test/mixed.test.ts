import { describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import '@iresnet/core/gradients';
import { createRng } from '@iresnet/core';
import type { ColumnKind, Table } from '@iresnet/datasets';
import { masses } from '../src/columns/masses';
import { normalScore, normalShare } from '../src/columns/normal';
import { discrete } from '../src/columns/discrete';
import { defaultPlaces, placeOf } from '../src/columns/places';
import { role } from '../src/columns/roles';
import { defaultRecipe, sample, score, surprises, tableSource, train, type Pipeline } from '../src';

describe('the normal distribution', () => {
  it.each([
    // Values of Φ to 16 digits (Abramowitz and Stegun, table 26; far values from Mills' ratio).
    [0, 0.5],
    [-1, 0.15865525393145707],
    [-1.959963984540054, 0.025],
    [-3, 0.0013498980316300946],
    [-6, 9.865876450376981e-10],
    [-20, 2.7536241186062337e-89],
  ])('has the share below %s', (y, p) => {
    expect(normalShare(y) / p).toBeCloseTo(1, 13);
    expect(normalScore(p)).toBeCloseTo(y, 12);
    expect(normalShare(-y)).toBeCloseTo(1 - p, 15);
  });

  it('goes back from 1e-300 to a half', () => {
    for (let e = -300; e < 0; e += 7) {
      const p = 0.5 * 10 ** e;
      expect(normalShare(normalScore(p)) / p).toBeCloseTo(1, 11);
    }
  });
});

describe('masses', () => {
  const tailed = { low: 2, mass: [0.5, 0.2, 0.25], below: 0.02, above: 0.03, scale: 1.5 };
  const closed = { low: 0, mass: [0.001, 0.6, 0.399], below: 0, above: 0, scale: 1 };

  it.each([tailed, closed])('goes back and forth, with the slope of finite differences', (spec) => {
    const t = masses(spec);
    const from = spec.below > 0 ? spec.low - 20 : spec.low;
    const to = spec.low + spec.mass.length + (spec.above > 0 ? 20 : 0);
    for (let i = 0; i < 400; i++) {
      const v = from + ((i + 0.37) / 400) * (to - from);
      const y = t.forward(v);
      expect(t.inverse(y)).toBeCloseTo(v, 8);
      const h = 1e-6;
      expect(Math.exp(t.logSlope(v))).toBeCloseTo((t.forward(v + h) - t.forward(v - h)) / (2 * h), 3);
      expect(t.inverseSlope(y, y) * (1 + 1e-9)).toBeGreaterThanOrEqual(Math.exp(-t.logSlope(v)));
    }
  });

  it.each([tailed, closed])('has the mass of a number under a normal density, whatever the noise', (spec) => {
    const t = masses(spec);
    spec.mass.forEach((mass, k) => {
      for (const u of [1e-9, 0.2, 0.5, 0.999999]) {
        const v = spec.low + k + u;
        const logP = -(t.forward(v) ** 2) / 2 - Math.log(2 * Math.PI) / 2 + t.logSlope(v);
        expect(logP).toBeCloseTo(Math.log(mass), 10);
      }
    });
  });

  it('draws no number beyond its ends', () => {
    const t = masses(closed);
    for (const y of [-40, -9, 0, 9, 40]) expect([0, 1, 2]).toContain(Math.floor(t.inverse(y)));
  });
});

/** A table of whole numbers, row by row. */
function tableOf(kinds: readonly ColumnKind[], rows: readonly (readonly number[])[]): Table {
  return {
    columns: kinds.map((_, j) => `c${j}`),
    rows: rows.length,
    values: Float64Array.from(rows.flat()),
    kinds,
  };
}

/** A category, a count and a number that go together. */
function related(rows: number): Table {
  const rng = createRng(8);
  const list = Array.from({ length: rows }, () => {
    const [z] = rng.normal([1]).dataSync();
    const [e, f] = [rng.nextUint32() / 2 ** 32 - 0.5, rng.nextUint32() / 2 ** 32 - 0.5];
    return [z! + e > 0 ? 1 : 0, Math.max(0, Math.round(2 + 1.5 * z! + e)), z! + f];
  });
  const category: ColumnKind = { kind: 'category', values: ['no', 'yes'] };
  return tableOf([category, { kind: 'integer', low: 0 }, { kind: 'real' }], list);
}

/** A small network, which learns these tables in a second. */
async function trained(table: Table, steps: number, masked = false): Promise<Pipeline> {
  const base = defaultRecipe('table', 'density', { rows: table.rows, columns: table.columns.length });
  if (base.model.kind !== 'dense') throw new Error('not for rows');
  const flow = { ...base.model.flow, blocks: 2, hidden: [16], ...(masked && { masked }) };
  const small = {
    steps,
    holdOut: 0.1,
    validation: 0.1,
    batchSize: 32,
    learningRate: 0.01,
    validateEvery: 1000,
  };
  const recipe = { ...base, ...small, patience: null, model: { ...base.model, flow } };
  return (await train(tableSource('mixed', table, recipe), recipe)).pipeline;
}

/** How far scores are from those of 1021 places, root mean square, nats. */
async function placeError(pipeline: Pipeline, rows: readonly (readonly number[])[]): Promise<number> {
  const [{ logProb }, truth] = [await score(pipeline, rows), await score(pipeline, rows, { places: 1021 })];
  const squares = Array.from(logProb!, (value, i) => (value - truth.logProb![i]!) ** 2);
  return Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
}

describe('the places of the noise', () => {
  it.each([1, 2, 3, 5, 12, 13, 16, 17, 61])('are the middles of %s parts in each coordinate', (n) => {
    for (let j = 0; j < 20; j++) {
      const found = Array.from({ length: n }, (_, i) => placeOf(i, n, j));
      found.sort((a, b) => a - b).forEach((x, i) => expect(x).toBeCloseTo((i + 0.5) / n, 12));
    }
  });

  it.each([13, 17, 61])('mirror each other through the centre, of %s', (n) => {
    const places = Array.from({ length: n }, (_, i) => Array.from({ length: 8 }, (_, j) => placeOf(i, n, j)));
    const written = (at: readonly number[]): string => at.map((x) => x.toFixed(6)).join();
    const all = new Set(places.map(written));
    expect(all.size).toBe(n);
    for (const at of places) expect(all).toContain(written(at.map((x) => 1 - x)));
  });

  it('integrate a product of two coordinates to a hundredth', () => {
    const n = defaultPlaces(2);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.exp(placeOf(i, n, 0) * placeOf(i, n, 1)) / n;
    // ∫∫ e^(xy) = Σ 1/(k! (k+1)²)
    expect(Math.abs(sum - 1.3179021514544)).toBeLessThan(0.01);
  });

  it('move what is asked for, and leave the middle of what is known', () => {
    const whole = discrete([{ kind: 'integer' }, { kind: 'integer' }, { kind: 'real' }])!;
    const roles = Uint8Array.of(role.known, role.asked, role.asked);
    expect(whole.asked(roles)).toBe(1);
    expect(whole.asked(null)).toBe(2);
    expect(Array.from(whole.placed([3, 4, 0.5], roles, 0, 5))).toEqual([3.5, 4 + placeOf(0, 5, 0), 0.5]);
  });
});

describe('a model of whole numbers', () => {
  it('of one category has its probabilities, which add up to 1', async () => {
    const shares = [0.6, 0.3, 0.1];
    const rows = Array.from({ length: 500 }, (_, i) => [i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2]);
    const table = tableOf([{ kind: 'category', values: ['a', 'b', 'c'] }], rows);
    const pipeline = await trained(table, 30);
    const { logProb } = await score(pipeline, [[0], [1], [2]], { places: 256 });
    const p = Array.from(logProb!, Math.exp);
    // The flow moves a little from where it starts; 256 places leave some thousandths.
    p.forEach((value, k) => expect(Math.abs(value - shares[k]!)).toBeLessThan(0.1));
    expect(Math.abs(p.reduce((a, b) => a + b) - 1)).toBeLessThan(0.03);
    const entropy = -shares.reduce((sum, q) => sum + q * Math.log(q), 0);
    const cross = -shares.reduce((sum, q, k) => sum + q * logProb![k]!, 0);
    expect(cross).toBeGreaterThan(entropy - 0.02);
    expect(cross).toBeLessThan(entropy + 0.05);
    const { values } = await sample(pipeline, 2000, { seed: 3 });
    expect([...new Set(values)].sort()).toEqual([0, 1, 2]);
    expect(values.filter((x) => x === 0).length / 2000 - p[0]!).toBeCloseTo(0, 1);
  });

  it('of counts adds up to 1, and draws counts', async () => {
    const rng = createRng(5);
    const rows = Array.from({ length: 400 }, () => {
      let count = 0;
      while (rng.nextUint32() / 2 ** 32 < 0.7) count++;
      return [count];
    });
    const pipeline = await trained(tableOf([{ kind: 'integer', low: 0 }], rows), 30);
    const all = Array.from({ length: 120 }, (_, k) => [k]);
    const { logProb } = await score(pipeline, all, { places: 64 });
    expect(logProb!.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 1);
    const { values } = await sample(pipeline, 5000, { seed: 1 });
    expect(values.every((x) => Number.isInteger(x) && x >= 0)).toBe(true);
  });

  it('knows that a category goes with a number', async () => {
    const noise = createRng(2);
    const normal = () =>
      Array.from({ length: 12 }, () => noise.nextUint32() / 2 ** 32).reduce((a, b) => a + b) - 6;
    const rows = Array.from({ length: 600 }, (_, i) => [i % 2, (i % 2 === 0 ? -4 : 4) + normal()]);
    const table = tableOf([{ kind: 'category', values: ['low', 'high'] }, { kind: 'real' }], rows);
    const pipeline = await trained(table, 120);
    const { logProb } = await score(pipeline, [
      [0, -4],
      [1, 4],
      [1, -4],
      [0, 4],
    ]);
    // Without the dependence all four have ½ · ½ φ(0), −2.31 nats; with it −1.61, and −33.6 for the
    // wrong pairs.
    expect(Math.min(logProb![0]!, logProb![1]!)).toBeGreaterThan(-3);
    expect(Math.max(logProb![2]!, logProb![3]!)).toBeLessThan(-4);
  });

  it('scores near rows nearly alike, and as 1021 places do', async () => {
    const pipeline = await trained(related(400), 150);
    const rows = Array.from({ length: 40 }, (_, i) => [i % 2, i % 5, (i % 7) / 2 - 1.5]);
    const { logProb } = await score(pipeline, rows);
    const beside = await score(
      pipeline,
      rows.map(([a, b, x]) => [a!, b!, x! + 1e-5]),
    );
    // The slope of ln p is a few nats a unit; draws that went with the row moved it by 0.1.
    logProb!.forEach((value, i) => expect(Math.abs(value - beside.logProb![i]!)).toBeLessThan(1e-3));
    const error = await placeError(pipeline, rows);
    console.log(`places of two whole numbers: ${error.toFixed(3)} nats`);
    expect(error).toBeLessThan(0.03);
  });

  it('of six columns is right to some tenth of a nat', async () => {
    const rng = createRng(9);
    const list = Array.from({ length: 400 }, () => {
      const [z, y, a, b, c, d] = rng.normal([6]).dataSync() as unknown as [number, number, ...number[]];
      const counts = [3 + 1.5 * z + a! / 2, 2 + Math.abs(y) + 0.7 * z, 10 + 3 * z - 2 * y + b! / 2];
      const words = [z > 0, y + c! / 2 > 0, z * y + d! / 4 > 0];
      return [...counts.map((x) => Math.max(0, Math.round(x))), ...words.map(Number)];
    });
    const count: ColumnKind = { kind: 'integer', low: 0 };
    const word: ColumnKind = { kind: 'category', values: ['no', 'yes'] };
    const pipeline = await trained(tableOf([count, count, count, word, word, word], list), 150);
    const error = await placeError(pipeline, list.slice(0, 40));
    console.log(`places of six whole numbers: ${error.toFixed(3)} nats`);
    expect(error).toBeLessThan(0.2);
  });

  it('gives the probabilities of a category beside the other columns, which add up to 1', async () => {
    const pipeline = await trained(related(400), 150, true);
    const rows = Array.from({ length: 20 }, (_, i) => [i % 5, (i % 7) / 2 - 1.5]);
    const of = async (c: number): Promise<Float64Array> =>
      surprises(pipeline, {
        ...tableOf(
          [],
          rows.map((row) => [c, ...row]),
        ),
        columns: ['c0', 'c1', 'c2'],
      });
    const [no, yes] = [await of(0), await of(1)];
    rows.forEach((_, i) => {
      const sum = Math.exp(-no[3 * i]!) + Math.exp(-yes[3 * i]!);
      expect(Math.abs(sum - 1)).toBeLessThan(0.03);
    });
  });

  it('gives a reason for a value that it cannot have', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i % 3, i % 5]);
    const kinds: readonly ColumnKind[] = [
      { kind: 'category', values: ['a', 'b', 'c'] },
      { kind: 'integer', low: 0 },
    ];
    const pipeline = await trained(tableOf(kinds, rows), 2);
    const { logProb, unusable } = await score(pipeline, [
      [0, 1],
      [NaN, 1],
      [3, 1],
      [0, 1.5],
      [0, -1],
    ]);
    expect(logProb![0]!).toBeGreaterThan(-20);
    expect(unusable.map(({ index }) => index)).toEqual([1, 2, 3, 4]);
    expect(unusable[0]!.reason).toContain('not one that the model knows');
    expect(unusable[2]!.reason).toBe("column 'c1': expected a whole number, got 1.5");
    expect(unusable[3]!.reason).toBe("column 'c1': -1 is not between 0 and ∞");
    // A table with its own numbers for the categories is read by their names.
    const other: Table = {
      columns: ['c1', 'c0'],
      rows: 1,
      values: Float64Array.of(1, 0),
      kinds: [{ kind: 'real' }, { kind: 'category', values: ['b'] }],
    };
    const [theirs, ours] = [await score(pipeline, other), await score(pipeline, [[1, 1]])];
    expect(theirs.logProb![0]).toBe(ours.logProb![0]);
  });

  it('has noise that goes with the row alone', () => {
    const whole = discrete([{ kind: 'integer' }, { kind: 'real' }])!;
    const [a, b] = [whole.keyed([3, 0.5], 0), whole.keyed([3, 0.5], 1)];
    expect(whole.keyed([3, 0.5], 0)).toEqual(a);
    expect(a[0]).not.toBe(b[0]);
    expect(a[1]).toBe(0.5);
    expect(Array.from(whole.quantize(a))).toEqual([3, 0.5]);
  });
});

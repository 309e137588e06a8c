import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../backend/src/index';
import { createRng, type Rng } from '@iresnet/core';
import { readTableFile } from '@iresnet/datasets/node';
import type { Table } from '@iresnet/datasets';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { calibrate, decide, defaultRecipe, score, tableSource, train, type Recipe } from '../src';

/**
 * `npm run decisions` is the large version: 200 random tables, and the `NAME.train.csv` and
 * `NAME.test.csv` of a folder in `DECISIONS_TABLES`.
 */
const tables = Number(process.env['DECISIONS_RANDOM'] ?? 8);
const folder = process.env['DECISIONS_TABLES'] ?? '';
/** The promise holds for any model, well trained or not. */
const steps = 10;
const alphas = [0.01, 0.05, 0.1] as const;
const RATE = 0.1;

beforeAll(() => useBackend('wasm'));

/** What came out of one table. */
interface Found {
  /** Of the usual test rows, by the levels of `alphas`. */
  readonly share: readonly number[];
  /**
   * What the share is in the mean over all rows, and its variance: a Beta distribution and a
   * binomial one.
   */
  readonly expected: readonly number[];
  readonly variance: readonly number[];
  /** The share of usual rows among the flagged ones, and of strange rows that are flagged. */
  readonly falseShare: number;
  readonly power: number;
}

async function judged(usual: Table, test: Table, seed: number): Promise<Found> {
  const settings = defaultRecipe('table', 'density', { rows: usual.rows, columns: usual.columns.length });
  const recipe: Recipe = { ...settings, steps, batchSize: 32, seed };
  const source = tableSource('usual', usual, recipe);
  const { pipeline } = await train(source, recipe);
  try {
    const known = await calibrate(pipeline, source);
    const { count } = known.calibration!;
    const strange = strangeRows(test, Math.ceil(test.rows / 9), createRng(seed));
    const both = { ...test, rows: test.rows + strange.length / test.columns.length, values: Float64Array.from([...test.values, ...strange]) }; // prettier-ignore
    const scores = await score(known, both);
    const flags = decide(scores, { fdr: RATE });
    const right = flags.subarray(test.rows).reduce((sum, flag) => sum + flag, 0);
    const wrong = flags.subarray(0, test.rows).reduce((sum, flag) => sum + flag, 0);
    const expected = alphas.map((alpha) => Math.floor(alpha * (count + 1) + 1e-9) / (count + 1));
    return {
      share: alphas.map((alpha) => {
        const alarms = decide(scores, { alarm: alpha }).subarray(0, test.rows);
        return alarms.reduce((sum, flag) => sum + flag, 0) / test.rows;
      }),
      expected,
      variance: expected.map((p) => p * (1 - p) * (1 / test.rows + 1 / (count + 2))),
      falseShare: wrong / Math.max(1, right + wrong),
      power: right / (both.rows - test.rows),
    };
  } finally {
    pipeline.model.dispose();
  }
}

/** Rows whose columns are taken from different rows, and then moved away by some deviations. */
function strangeRows({ columns: { length: d }, rows, values }: Table, count: number, rng: Rng): number[] {
  const deviation = Array.from({ length: d }, (_, j) => {
    const own = Array.from({ length: rows }, (_, i) => values[i * d + j]!);
    const mean = own.reduce((sum, x) => sum + x, 0) / rows;
    return Math.sqrt(own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows);
  });
  return Array.from({ length: count * d }, (_, k) => {
    const j = k % d;
    return values[Math.floor(rng.next() * rows) * d + j]! + (3 + 3 * rng.next()) * deviation[j]!;
  });
}

/** A table of some clusters, with columns that depend on each other, and tails of its own. */
function randomTable(seed: number): { readonly usual: Table; readonly test: Table } {
  const rng = createRng(seed);
  const d = 1 + Math.floor(rng.next() * 6);
  const rows = 80 + Math.floor(rng.next() ** 2 * 3000);
  const tails = 1 + Math.floor(rng.next() * 2);
  const clusters = Array.from({ length: 1 + Math.floor(rng.next() * 3) }, () =>
    Array.from({ length: d }, () => 6 * rng.next()),
  );
  const mixing = Array.from({ length: d * d }, () => 2 * rng.next() - 1);
  const all = rows + 400;
  const drawn = rng.normal([all * d]);
  const z = drawn.dataSync();
  drawn.dispose();
  const values = new Float64Array(all * d);
  for (let i = 0; i < all; i++) {
    const center = clusters[Math.floor(rng.next() * clusters.length)]!;
    for (let j = 0; j < d; j++) {
      let x = center[j]!;
      for (let k = 0; k < d; k++) x += (mixing[j * d + k]! + Number(j === k)) * Math.sign(z[i * d + k]!) * Math.abs(z[i * d + k]!) ** tails; // prettier-ignore
      values[i * d + j] = x;
    }
  }
  const columns = Array.from({ length: d }, (_, j) => `c${j}`);
  return {
    usual: { columns, rows, values: values.subarray(0, rows * d) },
    test: { columns, rows: 400, values: values.subarray(rows * d) },
  };
}

/** Deviations of the mean share of usual rows from what it should be, at each level. */
function deviations(found: readonly Found[]): number[] {
  return alphas.map((_, a) => {
    const off = found.reduce((sum, { share, expected }) => sum + share[a]! - expected[a]!, 0);
    return off / Math.sqrt(found.reduce((sum, { variance }) => sum + variance[a]!, 0));
  });
}

function told(name: string, found: readonly Found[]): void {
  const mean = (of: (one: Found) => number) => (found.reduce((sum, one) => sum + of(one), 0) / found.length).toFixed(4); // prettier-ignore
  const shares = alphas.map((alpha, a) => `p ≤ ${alpha}: ${mean(({ share }) => share[a]!)} (${deviations(found)[a]!.toFixed(2)} deviations)`); // prettier-ignore
  console.log(`${name}: ${shares.join(', ')}; fdr ${RATE}: false ${mean(({ falseShare }) => falseShare)}, found ${mean(({ power }) => power)}`); // prettier-ignore
}

test(
  'of usual rows of random tables a share of α has p ≤ α, and false alarms keep to their share',
  { timeout: 7_200_000 },
  async () => {
    const found: Found[] = [];
    for (let seed = 0; seed < tables; seed++) {
      const { usual, test: rows } = randomTable(seed);
      const tensors = tf.memory().numTensors;
      found.push(await judged(usual, rows, seed));
      expect(tf.memory().numTensors - tensors).toBeLessThan(200);
    }
    if (tables > 20) told(`${tables} random tables`, found);
    // No two scores are equal, so that the mean share is exact; four deviations of it.
    for (const off of deviations(found)) expect(Math.abs(off)).toBeLessThan(4);
    expect(found.reduce((sum, { falseShare }) => sum + falseShare, 0) / tables).toBeLessThanOrEqual(RATE);
    // Not because nothing is ever flagged.
    expect(found.reduce((sum, { power }) => sum + power, 0) / tables).toBeGreaterThan(0.2);
  },
);

test.runIf(folder !== '' && existsSync(folder))(
  'the same of real tables',
  { timeout: 7_200_000 },
  async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.train.csv'));
    const found: Found[] = [];
    for (const [seed, name] of names.entries()) {
      const file = join(folder, name);
      const [usual, rows] = await Promise.all([readTableFile(file), readTableFile(file.replace('.train.', '.test.'))]); // prettier-ignore
      found.push(await judged(usual, rows, seed));
      told(name.replace('.train.csv', ''), found.slice(-1));
    }
    told(`${names.length} real tables`, found);
    // Equal rows have equal scores, which makes the share less.
    for (const off of deviations(found)) expect(off).toBeLessThan(4);
    expect(found.reduce((sum, { falseShare }) => sum + falseShare, 0) / names.length).toBeLessThanOrEqual(
      RATE,
    );
  },
);

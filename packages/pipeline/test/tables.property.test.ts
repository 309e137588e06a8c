import * as tf from '@tensorflow/tfjs';
import { native } from '../../../scripts/native';
import { useBackend, type BackendName } from '../../backend/src/index';
import { createRng, IResNetError } from '@iresnet/core';
import { takeRows, type Table } from '@iresnet/datasets';
import { leastFirst } from '@iresnet/evaluation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultRecipe, reconstruct, score, scorePieces, tableSource, train, type Recipe } from '../src';

/**
 * How many random tables, and on which backends. `PROPERTY_TABLES=500 PROPERTY_STEPS=30` is the
 * large version; the names of backends stand in `PROPERTY_BACKENDS`.
 */
const runs = Number(process.env['PROPERTY_TABLES'] ?? 4);
const steps = Number(process.env['PROPERTY_STEPS'] ?? 3);
const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
const backends = (process.env['PROPERTY_BACKENDS']?.split(',') ?? ['wasm', ...native]) as BackendName[];

const { flow: defaultFlow } = defaultRecipe('table').model as Extract<Recipe['model'], { kind: 'dense' }>;

/**
 * A column: its offset, its unit, how many of its values are one and the same, how heavy its tails
 * are.
 */
const column = fc.record({
  offset: fc.constantFrom(0, 0, 1, -1e3, 1e6, 1e9),
  exponent: fc.integer({ min: -6, max: 6 }),
  atoms: fc.constantFrom(0, 0, 0.5, 0.9),
  tails: fc.constantFrom(1, 1, 3),
});

const shape = fc.record({
  rows: fc.integer({ min: 6, max: 80 }),
  columns: fc.oneof(
    fc.array(column, { minLength: 1, maxLength: 6 }),
    fc.array(column, { minLength: 7, maxLength: 64 }),
  ),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

type Given = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** A value that is far off, or none at all, for one row that is scored. */
const bad = fc.constantFrom(NaN, Infinity, -Infinity, 1e39, -9.96921e36, 1e300, 1e20, -999, 1e25);

function tableOf({ rows, columns, seed: of }: Given): Table {
  const rng = createRng(of);
  const normal = rng.normal([rows, columns.length]);
  const drawn = normal.dataSync();
  normal.dispose();
  const values = Float64Array.from(drawn, (z, i) => {
    const { offset, exponent, atoms, tails } = columns[i % columns.length]!;
    return offset + (rng.next() < atoms ? 0 : Math.sign(z) * Math.abs(z) ** tails * 10 ** exponent);
  });
  return { columns: columns.map((_, j) => `c${j}`), rows, values };
}

const counts = { trained: 0, refused: 0, rows: 0, unusable: 0, inverted: 0, tightest: 0 };

test.each(backends)('random tables on %s', { timeout: 3_600_000 }, async (backend) => {
  await useBackend(backend);
  await fc.assert(
    fc.asyncProperty(shape, fc.array(bad, { maxLength: 4 }), async (given, strange) => {
      const table = tableOf(given);
      const model: Recipe['model'] = {
        kind: 'dense',
        flow: { ...defaultFlow, blocks: 2, hidden: [8] },
      };
      const recipe: Recipe = { ...defaultRecipe('table'), steps, batchSize: 16, model, seed: given.seed };
      const tensors = tf.memory().numTensors;
      let trained;
      try {
        trained = await train(tableSource('random', table, recipe), recipe);
      } catch (error) {
        // Too few rows, a constant column, digits that float64 does not have.
        expect(error).toBeInstanceOf(IResNetError);
        expect((error as IResNetError).kind).toBe('data');
        counts.refused++;
        return;
      }
      const { pipeline } = trained;
      try {
        counts.trained++;
        const width = table.columns.length;
        // Each row, copies of the first, and rows with a bad value.
        const doubled = takeRows(table, [...Array(table.rows).keys(), 0, 0, ...strange.map(() => 1)]);
        strange.forEach((value, i) => {
          doubled.values[(table.rows + 2 + i) * width + (i % width)] = value;
        });
        const scores = await score(pipeline, doubled);
        const found = scores.logProb!;
        counts.rows += doubled.rows;
        counts.unusable += scores.unusable.length;

        // What is not a number is named, and comes first.
        const named = new Set(scores.unusable.map(({ index }) => index));
        found.forEach((value, i) => expect(Number.isFinite(value)).toBe(!named.has(i)));
        strange.forEach((value, i) => {
          // A column with heavy tails is transformed, and 1e39 is no more than far off then.
          const plain = (pipeline.input.kind === 'table' && pipeline.input.transforms?.[i % width]) || 'none';
          const beyond = !Number.isFinite(plain === 'none' ? Math.fround(value) : value);
          if (beyond) expect(named).toContain(table.rows + 2 + i);
        });
        for (const { reason, column: name } of scores.unusable) {
          expect(table.columns).toContain(name);
          expect(reason).toMatch(/deviations off$|is not in its support|expected a finite number, got/);
        }
        const order = Array.from(leastFirst(found));
        expect(new Set(order.slice(0, named.size))).toEqual(named);
        const rest = order.slice(named.size).map((i) => found[i]!);
        for (let i = 1; i < rest.length; i++) expect(rest[i]!).toBeGreaterThanOrEqual(rest[i - 1]!);

        // Copies, another order, other pieces: the same numbers to the last bit.
        expect([found[table.rows], found[table.rows + 1]]).toEqual([found[0], found[0]]);
        const reversed = takeRows(
          doubled,
          Array.from({ length: doubled.rows }, (_, i) => doubled.rows - 1 - i),
        );
        expect((await score(pipeline, reversed)).logProb!.reverse()).toEqual(found);
        const pieces = [takeRows(doubled, [0, 1, 2]), takeRows(doubled, Array.from({ length: doubled.rows - 3 }, (_, i) => i + 3))]; // prettier-ignore
        const again: number[] = [];
        for await (const part of scorePieces(pipeline, pieces)) again.push(...part.scores.logProb!);
        expect(Float64Array.from(again)).toEqual(found);
        expect((await score(pipeline, takeRows(doubled, [2]))).logProb![0]).toBe(found[2]);

        // The true error, in float64, is at most the bound.
        const back = await reconstruct(pipeline, doubled);
        for (let i = 0; i < doubled.rows; i++) {
          const off = Array.from({ length: width }, (_, j) => (back.values[i * width + j] as number) - doubled.values[i * width + j]!); // prettier-ignore
          const error = Math.hypot(...off);
          if (!back.converged[i]) continue;
          counts.inverted++;
          expect(error).toBeLessThanOrEqual(back.errorBound[i]!);
          if (back.errorBound[i]! > 0 && back.errorBound[i]! < Infinity)
            counts.tightest = Math.max(counts.tightest, error / back.errorBound[i]!);
        }
      } finally {
        pipeline.model.dispose();
      }
      // What a run leaves does not grow: its optimizer's state is the caller's, with the result.
      expect(tf.memory().numTensors - tensors).toBeLessThan(200);
    }),
    { numRuns: runs, seed, endOnFailure: runs > 20 },
  );
  expect(counts.trained).toBeGreaterThan(0);
  if (runs > 20) console.log(backend, JSON.stringify(counts));
});

import * as tf from '@tensorflow/tfjs';
import { iris } from '@iresnet/datasets';
import { beforeAll, expect, test } from 'vitest';
import { defaultRecipe, race, recipeWithin, tableSource, variants, type Recipe, type Tried } from '../src';
import { tableSettings } from '../src/tableRecipe';

const defaults = defaultRecipe('table', 'density', { rows: 150, columns: 4 });
const recipe: Recipe = {
  ...defaults,
  model: {
    kind: 'dense',
    flow: { blocks: 1, hidden: [4], activation: 'sin', coefficient: 0.9, actNorm: true },
  },
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a race puts the recipe of least validation loss first, and one that diverges last', async () => {
  const { numTensors } = tf.memory();
  const found = await race(
    (r) => tableSource('iris', iris(), r),
    {
      slow: { ...recipe, learningRate: 1e-9 },
      wild: { ...recipe, learningRate: 1e30, clipNorm: null },
      good: recipe,
    },
    { seconds: 1.2 },
  );
  expect(found.map(({ name }) => name)).toEqual(['good', 'slow', 'wild']);
  expect(found[2]!.loss).toBe(Infinity);
  for (const { recipe: kept, seconds, steps } of found.slice(0, 2)) {
    expect(kept.schedule).toBe('cosine');
    expect(seconds).toBeGreaterThan(0.4);
    expect(steps).toBeGreaterThanOrEqual(20);
  }
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('a signal ends a race with what was tried', async () => {
  const stop = new AbortController();
  const found = await race((r) => tableSource('iris', iris(), r), variants(recipe), {
    seconds: 0.5,
    signal: stop.signal,
    onTried: () => stop.abort(),
  });
  expect(found).toHaveLength(1);
});

test('variants differ in one thing each, and in nothing that is fixed', () => {
  const all = variants(recipe);
  expect(Object.values(all)[0]).toEqual(recipe);
  expect(Object.keys(all)).toHaveLength(5);
  expect(new Set(Object.values(all).map((one) => JSON.stringify(one))).size).toBe(5);
  expect(Object.values(variants(recipe, ['base', 'linear', 'hidden', 'noise']))).toEqual([recipe]);
});

test('a table has less noise and fewer rows held out, as a share, the more rows it has', () => {
  const of = (rows: number, columns: number) => tableSettings({ rows, columns });
  const sizes = [20, 100, 1000, 10_000, 1_000_000].map((rows) => of(rows, 5));
  for (const [i, { noise, holdOut, validation }] of sizes.entries()) {
    expect(noise).toBeLessThanOrEqual(sizes[i - 1]?.noise ?? 0.5);
    expect(noise).toBeGreaterThanOrEqual(0.01);
    expect(holdOut).toBeLessThanOrEqual(sizes[i - 1]?.holdOut ?? 0.2);
    expect(holdOut + validation).toBeLessThan(0.4);
  }
  // A tenth, 20 rows at least of which a small table gives a fifth, 2000 at most.
  const held = (rows: number) => Math.round(of(rows, 5).holdOut * rows);
  expect([10, 50, 150, 1000, 1_000_000].map(held)).toEqual([2, 10, 20, 100, 2000]);
  // σ² = d/4n, n the 800 of 1000 rows that are trained on, to two digits.
  expect(of(1000, 5).noise).toBeCloseTo(Math.sqrt(5 / (4 * 800)), 3);
  expect(of(1000, 20).noise).toBeCloseTo(2 * of(1000, 5).noise, 2);
});

test('the recipe within a time is the best of a race, with the steps that its speed leaves time for', async () => {
  const { numTensors } = tf.memory();
  const tried: Tried[] = [];
  const fixed = ['base', 'hidden', 'linear'] as const;
  const sourceOf = (r: Recipe) => tableSource('iris', iris(), r);
  const onTried = (found: Tried): void => void tried.push(found);
  const { name, recipe: found } = await recipeWithin(sourceOf, recipe, { seconds: 3, fixed, onTried });
  const { steps, validateEvery, ...rest } = found;
  const [best] = [...tried].sort((a, b) => a.loss - b.loss);
  expect(name).toBe(best!.name);
  const { steps: _steps, validateEvery: _every, ...same } = variants(recipe, fixed)[name]!;
  expect(rest).toEqual(same);
  // The race took a third of the time at least, and a tenth is left for the judging.
  expect(steps / (best!.steps / best!.seconds)).toBeLessThan(0.57 * 3);
  expect(steps).toBeGreaterThan(0);
  expect(validateEvery).toBe(Math.max(1, Math.round(steps / 40)));
  await expect(recipeWithin(sourceOf, recipe, { seconds: 0 })).rejects.toThrow('expected seconds > 0, got 0');
  expect(tf.memory().numTensors).toBe(numTensors);
});

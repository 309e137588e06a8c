import { digitImages, iris, type Table } from '@iresnet/datasets';
import { expect, test } from 'vitest';
import { defaultRecipe, farValues, imageSource, tableSource } from '../src';
import { describeFarValues, describeSettings, describeSource } from '../src/run';

test('a table with its settings', () => {
  const recipe = { ...defaultRecipe('table', 'hybrid'), accumulate: 2, batchSize: 500, patience: null };
  const source = tableSource('iris', iris(), recipe);
  const { training, validation, heldOut } = source;
  expect(training.count + validation.count + heldOut.count).toBe(150);
  expect(describeSource(source)).toBe(
    `iris: ${training.count} training rows, ${heldOut.count} held out, 4 columns`,
  );
  const { noise, steps, learningRate, model } = recipe;
  const { blocks } = (model as { flow: { blocks: number } }).flow;
  // A batch has no more rows than there are.
  expect(describeSettings(source, recipe)).toBe(
    `${blocks} blocks of 64-64, whitened, noise ${noise}, at most ${steps} steps of 2 × ${training.count} rows at ${learningRate}, ${validation.count} rows choose the best model`,
  );
});

test('a density of one column, given another, without rows for validation', () => {
  const { label: _, labels: __, ...table } = iris();
  const columns = ['length', 'width'];
  const values = Float64Array.from({ length: 300 }, (_x, i) => table.values[(i >> 1) * 4 + (i % 2)]!);
  const recipe = { ...defaultRecipe('table'), given: ['width'], validation: 0, whiten: false, noise: 0.5 };
  const source = tableSource('sepals', { columns, rows: 150, values }, recipe);
  expect(describeSource(source)).toMatch(/^sepals: \d+ training rows, \d+ held out, 1 column, given width$/);
  expect(describeSettings(source, recipe)).not.toMatch(/whitened|[0-9] rows choose/);
  expect(describeSettings(source, recipe)).toContain('noise 0.5');
});

test('images, with the share of their black and white values', () => {
  const plain = defaultRecipe('digits', 'hybrid');
  const flow = (plain.model as { flow: object }).flow;
  const recipe = {
    ...plain,
    batchSize: 32,
    model: { ...plain.model, flow: { ...flow, transform: { kind: 'logit', alpha: 0.25 } } },
  } as typeof plain;
  const source = imageSource('digits', { train: digitImages(), test: null }, recipe);
  const train = source.training.data;
  const ends = train.images.filter((level) => level === 0 || level === train.levels - 1).length;
  expect(describeSource(source)).toBe(
    `digits: ${train.count} training images of 8×8×1, ${source.heldOut.count} held out, 10 classes`,
  );
  const share = ((100 * ends) / train.images.length).toPrecision(2);
  expect(describeSettings(source, recipe)).toContain(
    `channels, logit with α = 0.25 in front (${share} % of the values are at an end), at most ${plain.steps} steps of 32 images at ${plain.learningRate}`,
  );
});

test('five far values are named, and the others counted', () => {
  const recipe = defaultRecipe('table');
  const at = tableSource('rows', tableOf(200, []), recipe);
  const outside = Array.from([...at.validation.numbers!, ...at.heldOut.numbers!], (n) => n - 1);
  const source = tableSource('rows', tableOf(200, outside.slice(0, 8)), recipe);
  const lines = describeFarValues(source);
  expect(farValues(source)).toHaveLength(8);
  expect(lines).toHaveLength(6);
  const first = Math.min(...outside.slice(0, 8)) + 1;
  expect(lines[0]).toMatch(new RegExp(`^row ${first}, column 'b': 1000000000 is .* deviations off$`));
  expect(lines[5]).toBe('3 more rows outside the training part are as far off');
  expect(describeFarValues(at)).toEqual([]);
});

/** Two columns of waves; the second is 10⁹ in some rows. */
function tableOf(rows: number, far: readonly number[]): Table {
  const values = Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i * i));
  for (const row of far) values[2 * row + 1] = 1e9;
  return { columns: ['a', 'b'], rows, values };
}

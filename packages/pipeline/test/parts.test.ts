import { digitImages, faithful, iris, takeImages, takeRows, type Table } from '@iresnet/datasets';
import { describe, expect, test } from 'vitest';
import { defaultRecipe, imageSource, tableSource, type Recipe } from '../src';

const recipe: Recipe = { ...defaultRecipe('table'), validation: 20 };
const numbersOf = (given: Partial<Recipe>, table: Table = faithful()) => {
  const { training, validation, heldOut } = tableSource('t', table, { ...recipe, ...given });
  return [training, validation, heldOut].map(({ numbers }) => [...numbers!]);
};

describe('the parts of a table', () => {
  test('another seed cuts other parts, and the seed of the cut alone decides where it is given', () => {
    expect(numbersOf({ seed: 2 })).not.toEqual(numbersOf({ seed: 1 }));
    expect(numbersOf({ seed: 2, splitSeed: 1 })).toEqual(numbersOf({ seed: 1 }));
    expect(numbersOf({ seed: 1, splitSeed: 2 })).toEqual(numbersOf({ seed: 2 }));
  });

  test('with nothing held out the validation part is judged, and all other rows train', () => {
    const [training, validation, heldOut] = numbersOf({ holdOut: 0 });
    expect(heldOut).toEqual(validation);
    expect(training!.length).toBe(272 - 20);
    expect(new Set([...training!, ...validation!]).size).toBe(272);
    expect(() => numbersOf({ holdOut: 0, validation: 0 })).toThrow(
      'expected 4 rows to train on and 2 to hold out, got 272 and 0 of 272 rows',
    );
  });

  test('rows of a test table are judged, by the names of their columns; none of the table is held out', () => {
    const table = faithful();
    const swapped: Table = {
      columns: ['waiting', 'eruptions'],
      rows: 3,
      values: Float64Array.of(79, 3.6, 54, 1.8, 74, 3.3),
    };
    const source = tableSource('t', table, recipe, swapped);
    expect([...source.heldOut.data.values]).toEqual([3.6, 79, 1.8, 54, 3.3, 74]);
    expect(source.heldOut.data.columns).toEqual(table.columns);
    expect(source.training.count).toBe(272 - 20);
    const other: Table = { ...swapped, columns: ['waiting', 'eruption'] };
    expect(() => tableSource('t', table, recipe, other)).toThrow(
      "the test rows of t: expected a column 'eruptions', got waiting, eruption",
    );
  });

  test('classes of a test table are those of the table', () => {
    const table = iris();
    const hybrid = { ...defaultRecipe('table', 'hybrid'), validation: 15 };
    const rows = Uint32Array.of(100, 0, 50);
    const some = {
      ...takeRows(table, rows),
      label: table.label,
      labels: ['virginica', 'setosa', 'versicolor'],
    };
    const source = tableSource('iris', table, hybrid, some);
    const { classes } = source.input;
    expect(Array.from(source.heldOut.labels!, (i) => classes[i])).toEqual(some.labels);
    expect(() =>
      tableSource('iris', table, hybrid, { ...some, labels: ['virginica', 'rose', 'setosa'] }),
    ).toThrow("the test rows of iris: expected one of the classes setosa, versicolor, virginica, got 'rose'");
  });
});

test('images: nothing held out, and the seed of the cut', () => {
  const images = takeImages(
    digitImages(),
    Array.from({ length: 300 }, (_, i) => i),
  );
  const base: Recipe = { ...defaultRecipe('digits'), validation: 30 };
  const source = imageSource('digits', { train: images, test: null }, { ...base, holdOut: 0 });
  expect([source.training.count, source.validation.count, source.heldOut.count]).toEqual([270, 30, 30]);
  const labelsOf = (given: Partial<Recipe>) =>
    Array.from(imageSource('digits', { train: images, test: null }, { ...base, ...given }).heldOut.labels!);
  expect(labelsOf({ seed: 5, splitSeed: 1 })).toEqual(labelsOf({ seed: 1 }));
  expect(labelsOf({ seed: 5 })).not.toEqual(labelsOf({ seed: 1 }));
  expect(() =>
    imageSource('digits', { train: images, test: null }, { ...base, holdOut: 0, validation: 0 }),
  ).toThrow('expected images to hold out or to set aside, got none');
});

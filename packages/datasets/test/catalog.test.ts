import { describe, expect, it } from 'vitest';
import {
  catalog,
  datasetNames,
  datasetRecord,
  toy2dNames,
  type ImagesRecord,
  type LabelledTable,
  type Table,
  type TableRecord,
  type ToyRecord,
} from '../src/index';
import { failure } from './failure';

const of = <K extends 'toy' | 'table' | 'images'>(kind: K) =>
  datasetNames(kind).map((name) => datasetRecord(name, kind));

describe('the catalogue', () => {
  it('has each name once, every kind, and facts for all', () => {
    const names = catalog.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(datasetNames()).toEqual(names);
    expect(datasetNames('toy')).toEqual(toy2dNames);
    expect(['toy', 'table', 'images'].flatMap((kind) => datasetNames(kind as 'toy')).sort()).toEqual(
      [...names].sort(),
    );
    for (const { title, source, licence } of catalog)
      for (const text of [title, source, licence]) expect(text).toMatch(/\S/);
  });

  it('finds a record, and tells the nearest name of its kind', () => {
    expect(datasetRecord('mnist').kind).toBe('images');
    expect(failure('argument', () => datasetRecord('mnits'))).toMatch(
      /^datasets\.datasetRecord: expected one of faithful, .*, got 'mnits' \(did you mean 'mnist'\?\)$/,
    );
    expect(failure('argument', () => datasetRecord('mnist', 'table'))).toContain(
      "expected one of faithful, iris, quakes, got 'mnist'",
    );
  });
});

it.each(of('table').map((record): [string, TableRecord] => [record.name, record]))(
  '%s is the table that its record tells',
  (_, { load, count, columns, label, classes }) => {
    const table: Table & Partial<LabelledTable> = load();
    expect({ train: table.rows, test: 0 }).toEqual(count);
    expect(table.columns).toEqual(columns);
    expect(table.label ?? null).toBe(label);
    expect(table.labels ? [...new Set(table.labels)].sort() : null).toEqual(classes);
  },
);

it.each(of('toy').map((record): [string, ToyRecord] => [record.name, record]))(
  '%s is the distribution of its name',
  (name, { load, classes, count }) => {
    expect(load().name).toBe(name);
    expect([classes, count]).toEqual([null, null]);
  },
);

describe.each(of('images').map((record): [string, ImagesRecord] => [record.name, record]))(
  '%s',
  (_, { load, published, count, shape, levels, classes, bytes }) => {
    it('ships with the package or is published, not both', () => {
      expect(load === null).toBe(published !== null);
      expect(bytes === null).toBe(published === null);
      expect(new Set(classes).size).toBe(classes.length);
    });

    it.runIf(load)('is the set that its record tells', () => {
      const set = load!();
      expect(set).toMatchObject({ count: count.train, shape, levels, classes });
      expect(Math.max(...set.images)).toBeLessThan(levels);
      expect(new Set(set.labels).size).toBe(classes.length);
    });
  },
);

it('knows the bytes of each download', () => {
  // As the pages of the sets and the lists of TensorFlow Datasets say.
  const known = Object.fromEntries(of('images').map(({ name, bytes }) => [name, bytes]));
  expect(known).toEqual({
    digits: null,
    mnist: 11_594_722,
    'fashion-mnist': 30_878_645,
    kmnist: 21_240_888,
    cifar10: 170_052_171,
    cifar100: 168_513_733,
  });
});

import { describe, expect, test } from 'vitest';
import { chosenSchema, describeSchema, parseTable, type ColumnChoice, type TableSchema } from '../src';
import { tableSurvey } from '../src/table/survey';
import { csvReader } from '../src/table/csv';

/**
 * A survey of 40 rows: numbers with two gaps, words with a gap, whole numbers, names, and a
 * constant.
 */
const text = `price,colour,count,name,same\n${Array.from({ length: 40 }, (_, i) =>
  [i === 3 || i === 8 ? '' : (i * 1.7) % 5, i === 8 ? '' : ['red', 'blue'][i % 2], i + 1, `n${i}`, 7].join(),
).join('\n')}\n`;

function survey(columns?: readonly string[]) {
  const options = { header: true, ...(columns && { columns }) };
  const found = tableSurvey(options, 'f.csv');
  for (const record of csvReader('f.csv', {}).read(text, true)) found.read(record);
  return found.end();
}

function chosen(choice: ColumnChoice = {}, columns?: readonly string[]): TableSchema {
  return chosenSchema('f.csv', survey(columns), choice);
}

const drop = { missing: 'drop' } as const;
const kinds = (schema: TableSchema) => Object.fromEntries(schema.map(({ column, kind }) => [column, kind]));

describe('chosenSchema', () => {
  test('leaves out what a survey does and what a person says', () => {
    const all = { price: 'real', colour: 'category', count: 'id', name: 'omit', same: 'omit' };
    expect(kinds(chosen(drop))).toEqual(all);
    expect(kinds(chosen({ ...drop, exclude: ['colour'], id: ['name'] }))).toEqual({
      ...all,
      colour: 'omit',
      name: 'id',
    });
  });

  test('a column that is asked for counts, or is refused', () => {
    const named = { ...drop, named: true };
    expect(chosen(named, ['price', 'count'])[1]).toEqual({ column: 'count', kind: 'integer' });
    expect(() => chosen(named, ['price', 'same'])).toThrow("f.csv: column 'same': it is 7 in every row");
  });

  test('cells without a value are refused, but for categories and columns that are left out', () => {
    const refused = 'expected a value in each cell, found none in price (2): 2 of 40 rows';
    const context = (...exclude: string[]) =>
      expect.objectContaining({ context: { incomplete: 2, exclude } });
    expect(() => chosen()).toThrow(`f.csv: ${refused}`);
    expect(() => chosen()).toThrow(context('price'));
    expect(() => chosen({ exclude: ['colour'] })).toThrow(context('colour', 'price'));
    expect(kinds(chosen({ exclude: ['price'] }))).toMatchObject({ price: 'omit', colour: 'category' });
  });

  test('twelve columns without values are named', () => {
    const names = Array.from({ length: 15 }, (_, i) => `c${i}`);
    const found = {
      schema: names.map((column) => ({ column, kind: 'real' as const })),
      rows: 9,
      missing: names.map((column) => ({ column, cells: 1 })),
      incomplete: 1,
    };
    expect(() => chosenSchema('f', found, {})).toThrow(/c11 \(1\) and 3 more: 1 of 9 rows$/);
  });

  test('a column that is not there, and no column at all', () => {
    expect(() => chosen({ ...drop, exclude: ['prise'] })).toThrow(
      "f.csv: expected a column 'prise', found price, colour, count, name, same (did you mean 'price'?)",
    );
    expect(() => chosen({ exclude: ['price', 'colour'] })).toThrow(
      "expected a column that a model can use, found none: 'price' it is excluded; 'colour' it is excluded; 'count' it names or counts the rows; 'name' it holds names or free text, 40 different ones in 40 rows; 'same' it is 7 in every row",
    );
  });

  test('no value of a category is a value of its own, unless its rows are dropped or filled', () => {
    const colours = (missing?: 'drop' | 'marginal'): unknown =>
      chosen({ exclude: ['price'], ...(missing && { missing }) })[1];
    const colour = { column: 'colour', kind: 'category', values: ['blue', 'red'] };
    expect(colours()).toEqual({ ...colour, missing: true });
    expect(colours('drop')).toEqual(colour);
    expect(colours('marginal')).toEqual(colour);
  });

  test('its kinds read the table', () => {
    const schema = chosen({ exclude: ['price'] });
    const columns = schema.flatMap(({ column, kind }) => (kind === 'category' ? [column] : []));
    const { missing, values } = schema[1] as { values: readonly string[]; missing?: boolean };
    expect([values, missing]).toEqual([['blue', 'red'], true]);
    const table = parseTable(text, {
      header: true,
      columns,
      kinds: [{ kind: 'category', values, missing: true }],
    });
    expect(Array.from(table.values.subarray(6, 10))).toEqual([1, 0, 2, 0]);
  });
});

describe('describeSchema', () => {
  test('says what is not a plain number', () => {
    expect(describeSchema(chosen({ exclude: ['price'] }))[0]).toBe(
      'columns: colour: 2 categories or no value',
    );
    expect(describeSchema(chosen(drop))).toEqual([
      'columns: colour: 2 categories',
      "column 'count' is left out: it names or counts the rows",
      "column 'name' is left out: it holds names or free text, 40 different ones in 40 rows",
      "column 'same' is left out: it is 7 in every row",
    ]);
    expect(describeSchema([{ column: 'a', kind: 'real' }])).toEqual([]);
    expect(describeSchema([{ column: 'a', kind: 'omit' }])).toEqual([
      "column 'a' is left out: the schema says so",
    ]);
  });

  test('thirty columns at most', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ column: `c${i}`, kind: 'id' as const }));
    expect(describeSchema(many)).toHaveLength(30);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from '@uwdata/flechette';
import { expect, test } from 'vitest';
import { cellOf, readColumns } from '../../src';
import { readTableFile, surveyTableFile } from '../../src/node';
import { folders } from './folder';

const folder = folders();

const put = (name: string, content: string | Uint8Array): string => {
  const file = join(folder(), name);
  writeFileSync(file, content);
  return file;
};

const line = (i: number) =>
  `2026-01-0${1 + (i % 9)},${['sun', 'rain', ''][i % 3]},${i % 4},${i / 8 + 0.5},${i},name ${i},5,01/0${1 + (i % 9)}/2026`;
const text = `day,sky,count,size,index,name,same,other\n${Array.from({ length: 24 }, (_, i) => line(i)).join('\n')}\n`;

test('the kinds of columns are found, and what no model can use is left out with the reason', async () => {
  const { schema, rows, missing } = await surveyTableFile(put('all.csv', text));
  expect(rows).toBe(24);
  expect(missing).toEqual([]);
  expect(schema.slice(0, 5)).toEqual([
    { column: 'day', kind: 'date' },
    { column: 'sky', kind: 'category', values: ['rain', 'sun'], missing: true },
    { column: 'count', kind: 'integer', low: 0 },
    { column: 'size', kind: 'real' },
    { column: 'index', kind: 'id' },
  ]);
  expect(schema.slice(5).map((found) => (found.kind === 'omit' ? found.why : found.kind))).toEqual([
    'it holds names or free text, 24 different ones in 24 rows',
    'it is 5 in every row',
    "its dates, such as '01/01/2026', do not begin with the year: write them as 2026-11-29",
  ]);
});

test('a table is read by its schema, and its values are written as they were', async () => {
  const file = put('read.csv', text);
  const { columns, kinds } = readColumns((await surveyTableFile(file)).schema);
  const table = await readTableFile(file, { columns, kinds });
  const row = (i: number) => columns.map((_, j) => cellOf(kinds[j], table.values[i * columns.length + j]!));
  expect(row(1)).toEqual(['2026-01-02', 'rain', 1, 0.625]);
  expect(row(2)).toEqual(['2026-01-03', null, 2, 0.75]);
});

test('rows without a value are dropped and counted, or kept as NaN', async () => {
  const file = put('gaps.csv', 'a,b\n1,2\n,3\n4,NA\n5,x\n6,7\n');
  const { missing, incomplete } = await surveyTableFile(file);
  expect([missing, incomplete]).toEqual([
    [
      { column: 'a', cells: 1 },
      { column: 'b', cells: 1 },
    ],
    2,
  ]);
  const told: string[] = [];
  const good = put('good.csv', 'a,b\n1,2\n,3\n4,NA\n6,7\n');
  const dropped = await readTableFile(good, {
    missing: 'drop',
    onNotice: ({ text: t }) => void told.push(t),
  });
  expect([...dropped.values]).toEqual([1, 2, 6, 7]);
  expect([...dropped.numbers!]).toEqual([1, 4]);
  expect(told).toEqual(['2 of 4 rows are left out, since they have no value in a (1), b (1)']);
  const kept = await readTableFile(file, { missing: 'keep' });
  expect([...kept.values]).toEqual([1, 2, NaN, 3, 4, NaN, 5, NaN, 6, 7]);
  await expect(readTableFile(file)).rejects.toThrow(
    "line 3, column 'a': expected a finite number, found nothing",
  );
});

test.each([
  ['lines', '{"a":1.5,"b":"x"}\n{"b":"y","a":2}\n\n{"a":null,"b":"x"}\n'],
  ['a list', '[{"a":1.5,"b":"x"},{"b":"y","a":2},{"a":null,"b":"x"}]'],
  ['a list over lines', '[\n  {"a":1.5,"b":"x"},\n  {"b":"y","a":2},\n  {"a":null,"b":"x"}\n]\n'],
  ['columns of lists', '{"a":[1.5,2,null],"b":["x","y","x"]}'],
  ['columns of objects', '{\n"a":{"0":1.5,"1":2,"2":null},"b":{"0":"x","1":"y","2":"x"}}'],
  ['rows by name', '{"p":{"a":1.5,"b":"x"},"q":{"a":2,"b":"y"},"r":{"a":null,"b":"x"}}'],
  ['rows by number', '{"0":{"a":1.5,"b":"x"},"1":{"a":2,"b":"y"},"2":{"a":null,"b":"x"}}'],
  ['lists below names', '{"columns":["a","b"],"index":[0,1,2],"data":[[1.5,"x"],[2,"y"],[null,"x"]]}'],
  ['a list under a name', '{"schema":{"fields":[]},"rows":[{"a":1.5,"b":"x"},{"a":2,"b":"y"},{"b":"x"}]}'],
  ['features', '{"type":"FeatureCollection","features":[{"properties":{"a":1.5,"b":"x"}},{"properties":{"a":2,"b":"y"}},{"properties":{"b":"x"}}]}'], // prettier-ignore
])('JSON as %s', async (_, json) => {
  const file = put('rows.json', json);
  const kinds = [{ kind: 'real' }, { kind: 'category', values: ['x', 'y'] }] as const;
  const table = await readTableFile(file, { columns: ['a', 'b'], kinds, missing: 'keep' });
  expect([...table.values]).toEqual([1.5, 0, 2, 1, NaN, 0]);
  await expect(readTableFile(put('bad.json', '{"a":1}\n{"a":\n'))).rejects.toThrow(
    'line 2: expected a JSON object a line',
  );
});

test('one line of JSON is one row', async () => {
  const table = await readTableFile(put('row.json', '{"a":1.5,"b":3}\n'));
  expect([table.rows, ...table.values]).toEqual([1, 1.5, 3]);
});

test('JSON without names has numbers for them', async () => {
  const table = await readTableFile(put('rows.json', '[[1.5,3],[2,4]]'));
  expect(table.columns).toEqual(['0', '1']);
  expect([...table.values]).toEqual([1.5, 3, 2, 4]);
});

test.each([
  ['cut off', '{\n"a":[1,2'],
  ['lists of two lengths', '{"a":[1,2],\n"b":[1]}'],
  ['numbers beside a list', '{"width":3,\n"a":[1,2]}'],
])('JSON %s is refused with the forms that are read', async (_, json) => {
  await expect(readTableFile(put('rows.json', json))).rejects.toThrow(
    'line 1: expected a JSON object a line, a list of objects, lists or objects by column',
  );
});

test('Arrow, with whole numbers of a real column as such', async () => {
  const size = Float64Array.from({ length: 12 }, (_, i) => (i * 7) % 12);
  const count = Int32Array.from({ length: 12 }, (_, i) => (i * 5) % 7);
  const sky = Array.from({ length: 12 }, (_, i) => (i % 2 ? 'sun' : 'rain'));
  const file = put('table.arrow', tableToIPC(tableFromArrays({ size, count, sky }), { format: 'file' })!);
  const { schema } = await surveyTableFile(file);
  expect(schema.map(({ kind }) => kind)).toEqual(['real', 'integer', 'category']);
  const { columns, kinds } = readColumns(schema);
  expect([...(await readTableFile(file, { columns, kinds })).values.slice(0, 6)]).toEqual([0, 0, 0, 7, 5, 1]);
});

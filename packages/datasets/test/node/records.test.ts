import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { recordLines, tableText, writtenForm, type Field, type KeptCells, type Table } from '../../src';
import { encodeRecords, readTableFile, streamRows } from '../../src/node';
import { csvCell, csvLine } from '../../src/records/csvCell';

const home = mkdtempSync(join(tmpdir(), 'iresnet-records-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const path = (name: string, text?: string): string => {
  const file = join(home, name);
  if (text !== undefined) writeFileSync(file, text);
  return file;
};

describe('CSV', () => {
  test.each([
    [1.5, '1.5'],
    [-1.5, '-1.5'],
    [-Infinity, '-Infinity'],
    ['-1.5', '-1.5'],
    ['+2e3', '+2e3'],
    ['plain name', 'plain name'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded ', '" padded "'],
    ['=cmd()', "'=cmd()"],
    ['+1+1', "'+1+1"],
    ['-x', "'-x"],
    ['@x', "'@x"],
    ['\tx', '"\'\tx"'],
    ['\n=x', '"\'\n=x"'],
    ['\u00a0=x', "'\u00a0=x"],
    ['＝x', "'＝x"],
    ['=a,"b"', '"\'=a,""b"""'],
  ])('%j is written %j', (value, text) => expect(csvCell(value)).toBe(text));

  test('a line', () => expect(csvLine(['a b', 2, '=c'])).toBe("a b,2,'=c\n"));
});

const record = (i: number): Field[] => [
  ['row', i + 1],
  ['logLikelihood', i === 2 ? -Infinity : -i / 3],
  ['flagged', i === 1],
  ['sky', i % 2 === 0 ? 'sun, rain' : null, 'sky'],
  ['unusable', i === 2 ? "column 'a': none" : undefined],
];

async function* batches(count: number, size: number): AsyncGenerator<Field[][]> {
  for (let from = 0; from < count; from += size)
    yield Array.from({ length: Math.min(size, count - from) }, (_, i) => record(from + i));
}

describe('records', () => {
  const lines = (form: 'csv' | 'jsonl'): string => recordLines([0, 1, 2, 3].map(record), form);

  test('leave out of JSON what is undefined, and say in a table that it is empty', () => {
    expect(lines('csv')).toBe(
      `row,log_likelihood,flagged,sky,unusable
1,0,false,"sun, rain",
2,${-1 / 3},true,,
3,-Infinity,false,"sun, rain",column 'a': none
4,-1,false,,
`,
    );
    expect(lines('jsonl').split('\n').slice(1, 3)).toEqual([
      `{"row":2,"logLikelihood":${-1 / 3},"flagged":true,"sky":null}`,
      `{"row":3,"logLikelihood":null,"flagged":false,"sky":"sun, rain","unusable":"column 'a': none"}`,
    ]);
  });

  test.each(['a.csv', 'a.txt', 'b.jsonl', 'b.ndjson', 'A.CSV.GZ', 'b.jsonl.gz'])(
    '%s holds their text',
    async (name) => {
      const form = writtenForm(name);
      await writeFile(path(name), encodeRecords(batches(4, 3), form));
      const bytes = readFileSync(path(name));
      const text = (form.gzip ? gunzipSync(bytes) : bytes).toString();
      expect(text).toBe(lines(form.form as 'csv' | 'jsonl'));
    },
  );

  test('the header comes first, alone', async () => {
    const pieces: unknown[] = [];
    for await (const piece of encodeRecords(batches(2, 1), { form: 'csv', gzip: false })) pieces.push(piece);
    expect(pieces[0]).toBe('row,log_likelihood,flagged,sky,unusable\n');
    expect(pieces).toHaveLength(3);
  });

  test('Parquet has all of them, over several row groups, and the reader of tables reads them', async () => {
    const count = 70_000;
    const file = path('many.parquet');
    await writeFile(file, encodeRecords(batches(count, 9000), writtenForm(file)));
    const { kept, rows, values } = await readTableFile(file, { columns: ['row'], keep: 'all' });
    expect([rows, values[0], values[count - 1]]).toEqual([count, 1, count]);
    const { columns, cells } = kept as KeptCells;
    expect(columns).toEqual(['row', 'log_likelihood', 'flagged', 'sky', 'unusable']);
    expect(cells[0]).toEqual(['1.0', '0.0', 'false', 'sun, rain', '']);
    expect(cells[2]!.slice(2)).toEqual(['false', 'sun, rain', "column 'a': none"]);
    expect(Number(cells[1]![1])).toBe(-1 / 3);
    expect(Number(cells[count - 1]![1])).toBe(-(count - 1) / 3);
    // A page reads the same text from the bytes.
    const lines = (await tableText(readFileSync(file), { file })).split('\n');
    expect(lines.slice(0, 2)).toEqual([columns.join(), '1.0,0.0,false,"sun, rain",null']);
    expect(lines).toHaveLength(count + 2);
    await expect(tableText(Buffer.from('PAR1, cut'), { file: 'cut.parquet' })).rejects.toThrow(
      /^cut.parquet: expected a Parquet file that can be read/,
    );
  });

  test('no record makes no line, and a Parquet file of none', async () => {
    const pieces: string[] = [];
    for await (const piece of encodeRecords([], { form: 'csv', gzip: false })) pieces.push(String(piece));
    expect(pieces.join('')).toBe('');
  });

  test.each([
    [
      'x.xlsx',
      undefined,
      'x.xlsx: expected a name that ends with one of .csv, .jsonl, .npy, .parquet, or with .csv.gz or .jsonl.gz, got .xlsx',
    ],
    ['x.json', undefined, 'x.json: expected a name'],
    ['x.parquet.gz', undefined, 'x.parquet.gz: expected a name'],
    ['x.gz', undefined, 'x.gz: expected a name'],
    ['x.csv', 'jsonl', 'x.csv: expected a file for jsonl, got the name of one for csv'],
  ] as const)('%s as %s is refused', (name, asked, message) => {
    expect(() => writtenForm(name, asked)).toThrow(message);
  });

  test('a name that says nothing is csv, or what is asked for', () => {
    for (const name of ['scores', '/dev/stdout', 'runs.v2/scores', '.hidden', undefined])
      expect(writtenForm(name)).toEqual({ form: 'csv', gzip: false });
    expect(writtenForm('scores', 'npy').form).toBe('npy');
  });
});

describe('rows that cannot be read', () => {
  const kinds = [{ kind: 'real' }, { kind: 'category', values: ['sun', 'rain'] }] as const;
  const options = { columns: ['a', 'sky'], kinds, missing: 'keep' } as const;
  const text = `id,a,sky,note
r1,1.5,sun,x
r2,n/a,rain,y
r3,15 %,snow,"two
lines"
r4,2
r5,3,rain,z,zz
r6,"1,5",rain,
r7,4,sun,last
`;

  test('keep their place, with the first column and what was expected', async () => {
    const pieces: Table[] = [];
    for await (const piece of streamRows(path('rows.csv', text), {
      ...options,
      rows: 4,
      keep: ['note', 'id', 'none'],
    }))
      pieces.push(piece);
    expect(pieces.map(({ rows }) => rows)).toEqual([4, 3]);
    expect(pieces.map(({ flaws }) => flaws)).toEqual([
      [
        {
          row: 1,
          column: 'a',
          reason: "column 'a': expected a finite number, found 'n/a' (a missing value)",
          empty: true,
        },
        {
          row: 2,
          column: 'a',
          reason:
            "column 'a': expected a finite number, found '15 %' (a percentage; write it without the sign)",
        },
        { row: 3, column: null, reason: 'expected 4 fields, found 2' },
      ],
      [
        { row: 0, column: null, reason: 'expected 4 fields, found 5' },
        {
          row: 1,
          column: 'a',
          reason: "column 'a': expected a finite number, found '1,5' (the decimal mark is '.')",
        },
      ],
    ]);
    expect(pieces.flatMap(({ kept }) => kept!.cells)).toEqual([
      ['r1', 'x'],
      ['r2', 'y'],
      ['r3', 'two\nlines'],
      ['r4', ''],
      ['r5', 'z'],
      ['r6', ''],
      ['r7', 'last'],
    ]);
    const whole = await readTableFile(path('rows.csv'), { ...options, keep: 'all' });
    expect(whole.flaws!.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5]);
    expect(Array.from(whole.values)).toEqual([1.5, 0, NaN, 1, NaN, NaN, NaN, NaN, NaN, NaN, NaN, 1, 4, 0]);
    expect(whole.kept!.columns).toEqual(['id', 'a', 'sky', 'note']);
  });

  test('a file in another form altogether is refused with the flag', async () => {
    const file = path('comma.csv', 'a;sky\n1,5;sun\n2,5;rain\n');
    await expect(readTableFile(file, options)).rejects.toThrow(
      "line 2, column 'a': expected a finite number, found '1,5'",
    );
    const { values } = await readTableFile(file, { ...options, decimal: ',' });
    expect(Array.from(values)).toEqual([1.5, 0, 2.5, 1]);
  });

  test('words of JSON with digits in groups are numbers where that is said', async () => {
    const file = path('grouped.jsonl', '{"a":"-566,000","b":1.5}\n{"a":2,"b":"3"}\n');
    const { values } = await readTableFile(file, { grouping: ',' });
    expect(Array.from(values)).toEqual([-566000, 1.5, 2, 3]);
    await expect(readTableFile(file)).rejects.toThrow("found '-566,000'");
  });
});

/**
 * Tables as people keep them, from kinds of faults that were reported of similar programs: each
 * file is read right, with a word where it is not a plain table, or refused with what is wrong.
 */
import type { IResNetError } from '@iresnet/core';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTable, type ParseTableOptions, type TableNotice } from '../../src/index';
import { readTableFile, type TableFileOptions } from '../../src/node';
import { failure, rejection } from '../failure';
import { folders } from './folder';

const cases = join(__dirname, '../fixtures/cases');
const folder = folders();

/** What a table is read as: columns, rows, its first values; and the notices, in order. */
interface Read {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly first: readonly number[];
  readonly notices?: readonly string[];
  readonly options?: TableFileOptions;
  readonly labels?: readonly string[];
}

/** The three columns and forty rows that most files are made of. */
const plain: Read = { columns: ['alpha', 'beta', 'gamma'], rows: 40, first: [5.942, -6.19, -0.6797] };
const skipped = (text: string) => `skipped: ${text}`;
const unnamed = 'columns: column 1 has no name and is left out';
const number = (line: number, found: string) =>
  `line ${line}, column 'alpha': expected a finite number, found ${found}`;
const others = '; columns of numbers: beta, gamma';

/** Files of `csv/`: what is read, or the message. */
const csv: Readonly<Record<string, Read | string | RegExp>> = {
  'backslash-quote.csv': `line 2: expected a separator after the closing quote of "a \\", found 'b' (a quote within quotes is written twice)`,
  'blank-commas-end.csv': { ...plain, notices: [skipped('2 empty lines are not rows, the first being line 42')] },
  'blank-first.csv': plain,
  'blank-middle.csv': { ...plain, rows: 50, notices: [skipped('line 12 (blank) is not a row')] },
  'blank-tab-end.csv': plain,
  'bom-quoted-crlf.csv': plain,
  'bom.csv': plain,
  'bool.csv': number(42, `'TRUE' (a truth value; write it as 1 or 0)${others}`),
  'case-dup.csv': { ...plain, columns: ['alpha', 'Alpha', 'gamma'] },
  'cp1252-marks.csv': { ...plain, columns: ['“alpha”', 'beta', 'gamma'], notices: ["encoding: byte 0 (0x93, '“') is not UTF-8: read as Windows-1252"] },
  'comment.csv': { ...plain, notices: [skipped('2 comment lines are not rows, the first being line 1')] },
  'cr-only.csv': plain,
  'date.csv': number(42, `'2020-01-31' (a date or a time; write it as a number)${others}`),
  'decimal-comma.csv': /^line 2, column 'alpha': .* found '5,942' \(the decimal mark is '\.'; .*decimal comma\?\)$/,
  'dup-header.csv': "two columns are named 'alpha'; name them apart, or choose others",
  'empty-cell.csv': number(42, `nothing${others}`),
  'empty.csv': 'expected a table, found no text',
  'excel-dsv-html.xls': 'expected a table as text, got an HTML page',
  'fake.xlsx': /got an Excel workbook \(\.xlsx\): save its sheet as CSV$/,
  'fortran-d.csv': number(42, `'1.5D+03' (write the exponent with E)${others}`),
  'header-only.csv': 'expected rows below the header, found none',
  'header-spaces.csv': plain,
  'inf.csv': number(42, `'-inf' (it is not finite)${others}`),
  'json.csv': { columns: ['alpha', 'beta'], rows: 2, first: [1, 2, 2] },
  'label-numeric.csv': { columns: ['alpha', 'beta'], rows: 40, first: [5.942, -6.19], options: { label: 'kind' }, labels: ['1', '1.0', '2'] },
  'label-spaces.csv': { columns: ['alpha', 'beta'], rows: 40, first: [5.942, -6.19], options: { label: 'kind' }, labels: ['a', 'a', 'A'] },
  'latin1.csv': { ...plain, columns: ['température', 'beta', 'gamma'], notices: ["encoding: byte 4 (0xe9, 'é') is not UTF-8: read as Windows-1252"] },
  'leading-zero.csv': { columns: ['zip', 'beta', 'gamma'], rows: 40, first: [1000, -6.19, -0.6797] },
  'na.csv': number(42, `'NA' (a missing value)${others}`),
  'nan.csv': number(42, `'NaN' (a missing value)${others}`),
  'nbsp.csv': { ...plain, rows: 41 },
  'one-column.csv': { columns: ['alpha'], rows: 40, first: [5.942] },
  'one-row.csv': { ...plain, rows: 1, first: [1, 2, 3] },
  'pandas-default-header-index.csv': { ...plain, columns: ['0', '1', '2'], notices: ['header: line 1 holds the names 0, 1, 2', unnamed] },
  'pandas-default-header.csv': { ...plain, columns: ['0', '1', '2'], notices: ['header: line 1 holds the names 0, 1, 2'] },
  'percent.csv': number(42, `'15%' (a percentage; write it without the sign)${others}`),
  'pipe.csv': plain,
  'quoted-newline-header.csv': { ...plain, columns: ['alpha\n(m)', 'beta', 'gamma'] },
  'quoted-numbers-header.csv': { ...plain, columns: ['3', '1', '2'], notices: ['header: line 1 holds the names 3, 1, 2'] },
  'r-writecsv.csv': { ...plain, notices: [unnamed] },
  'sci.csv': { ...plain, rows: 42, first: [1e5, 2e-3, 0.5, 1e5, -2, 5] },
  'sep-line.csv': plain,
  'space.csv': plain,
  'thousands-2.csv': number(2, `'1,234,203' (grouped digits; write it as 1234203)${others}`),
  'thousands.csv': /found '1,689' \(.*is it 1689 with grouped digits, or 1\.689 with a decimal comma\?\); columns of numbers: beta, gamma$/,
  'trailing-comma-all.csv': plain,
  'trailing-comma-rows.csv': plain,
  'unclosed-quote.csv': 'line 42: a quoted field is not closed',
  'unicode-minus.csv': number(42, `'−1.5' (its minus is U+2212, not '-')${others}`),
  'utf16le.csv': { ...plain, notices: ['encoding: read as UTF-16LE'] },
  'years-header.csv': { ...plain, columns: ['1990', '2000', '2010'], notices: ['header: line 1 holds the names 1990, 2000, 2010'] },
}; // prettier-ignore

const x3 = ['x1', 'x2', 'x3'];
const normal: Read = {
  columns: x3,
  rows: 30,
  first: [0.1257302210933933, -0.1321048632913019, 0.6404226504432821],
};
const single: Read = { ...normal, first: [0.1257302165031433, -0.13210485875606537, 0.6404226422309875] };
const whole: Read = { ...normal, first: [7, 0, 1] };
const shape = (of: string) => `expected rows and columns, got an array of shape [${of}]`;
const type = (what: string) => new RegExp(`^byte 10, npy header: .*${what}`);

/** Files of `npy/`. */
const npy: Readonly<Record<string, Read | string | RegExp>> = {
  '0-cols.npy': shape('30, 0'),
  '0-rows.npy': shape('0, 3'),
  '0d.npy': shape(''),
  '1-row.npy': { ...normal, rows: 1 },
  '1d.npy': shape('30'),
  '3d.npy': shape('5, 6, 3'),
  'arrays-named.npy.npz': /got an npz archive: save its array by itself with numpy\.save$/,
  'arrays.npz': /got an npz archive: save its array by itself with numpy\.save$/,
  'bool.npy': { ...normal, first: [1, 0, 0] },
  'c16.npy': type("got 'c16': save the real and the imaginary part as columns$"),
  'column.npy': { columns: ['x1'], rows: 30, first: [0.1257302210933933] },
  'datetime.npy': type('got dates or times .*: save them as float64$'),
  'f4.npy': single,
  'f8-big-endian.npy': normal,
  'f8-fortran.npy': normal,
  'f8.npy': normal,
  'f8.npy.gz': 'expected an npy file as it is, got one that is compressed by gzip',
  'i4.npy': whole,
  'i8-beyond-2-53.npy': 'byte 128: expected whole numbers below 2⁵³, got 1152921504606846983: save them as float64',
  'i8.npy': whole,
  'inf.npy': "row 4, column 'x2': expected a finite number, found Infinity",
  'longdouble.npy': type("got 'f16': save it as float64$"),
  'nan.npy': "row 4, column 'x2': expected a finite number, found NaN",
  'object.npy': type("got 'O': Python objects are not read"),
  'pickle.npy': /got a Python pickle: save the array with numpy\.save$/,
  'str.npy': type("got 'U8': text is not read"),
  'structured.npy': type('expected numbers, got records$'),
  'truncated.npy': 'byte 128: expected 720 bytes of data for shape [30, 3], got 712',
  'two-arrays.npy': 'byte 128: expected 720 bytes of data for shape [30, 3], got 1568',
  'u8.npy': whole,
  'v2.npy': normal,
  'v3.npy': normal,
}; // prettier-ignore

describe.each([
  ['csv', csv],
  ['npy', npy],
] as const)('files of %s/', (dir, table) => {
  it('are all in the table', () => {
    expect(readdirSync(join(cases, dir)).sort()).toEqual(Object.keys(table).sort());
  });

  it.each(Object.entries(table))('%s', async (name, expected) => {
    const file = join(cases, dir, name);
    if (typeof expected === 'string' || expected instanceof RegExp) {
      const message = await rejection('data', readTableFile(file));
      expect(message.slice(0, file.length + 2)).toBe(`${file}: `);
      const what = message.slice(file.length + 2);
      if (typeof expected === 'string') expect(what).toBe(expected);
      else expect(what).toMatch(expected);
      return;
    }
    const notices: string[] = [];
    const onNotice = ({ kind, text }: TableNotice) => notices.push(`${kind}: ${text}`);
    const found = await readTableFile(file, { ...expected.options, onNotice });
    expect(found.columns).toEqual(expected.columns);
    expect(found.rows).toBe(expected.rows);
    expect(Array.from(found.values).slice(0, expected.first.length)).toEqual(expected.first);
    expect(notices).toEqual(expected.notices ?? []);
    if (expected.labels)
      expect((found as { labels?: readonly string[] }).labels!.slice(0, 3)).toEqual(expected.labels);
  });
});

it('reads tables of every scale as they are', async () => {
  const names = readdirSync(join(cases, 'tables'));
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) {
    const file = join(cases, 'tables', name);
    // These files are plain: no quotes, one header.
    const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const label = header!.split(',').indexOf('kind');
    const values = lines.flatMap((line) => line.split(',').filter((_, i) => i !== label).map(Number)); // prettier-ignore
    const options = label === -1 ? {} : { label: 'kind' };
    if (values.every(Number.isFinite)) {
      const found = await readTableFile(file, options);
      expect([found.rows, Array.from(found.values)], name).toEqual([lines.length, values]);
    } else expect(await rejection('data', readTableFile(file, options))).toMatch(/expected a finite number/);
  }
});

describe('neighbours of these files', () => {
  type Neighbour = readonly [name: string, text: string, options: ParseTableOptions, Read];
  const read = (columns: string, first: readonly number[], rows: number, ...notices: string[]): Read => ({
    columns: columns.split(' '),
    rows,
    first,
    notices,
  });
  const names = (line: number, of: string) => `header: line ${line} holds the names ${of}`;
  const none = (of: string) => `header: none found in line 1, so the columns are ${of}`;
  const readable: readonly Neighbour[] = [
    ['two counted columns above fractions', '0,1\n5.942,-6.19\n5.3,2\n4.5,1.5\n3.1,2.2\n7.7,1.1\n', {}, read('0 1', [5.942, -6.19], 5, names(1, '0, 1'))],
    ['counted columns above whole numbers', '0,1,2\n5,7,1\n4,4,9\n', {}, read('0 1 2', [5, 7, 1], 2, names(1, '0, 1, 2'))],
    ['a matrix that counts on', '0,1,2\n3,4,5\n6,7,8\n', {}, read('x1 x2 x3', [0, 1, 2, 3], 3, none('x1, x2, x3'))],
    ['whole numbers that count from 1', '1,2,3\n4,5,6\n7,8,9\n', {}, read('x1 x2 x3', [1, 2, 3, 4], 3, none('x1, x2, x3'))],
    ['counted columns with classes', '0,1,2\n5.1,3.5,p\n4.9,3.0,q\n', { label: '2' }, read('0 1', [5.1, 3.5], 2, names(1, '0, 1, 2'))],
    ['rows with classes', '5.1,3.5,p\n4.9,3.0,q\n', { label: 'x3' }, read('x1 x2', [5.1, 3.5, 4.9], 2, none('x1, x2, x3'))],
    ['years with an index', ',2000,2010\n1,5.9,-6.1\n2,5.3,-5.4\n', {}, read('2000 2010', [5.9, -6.1], 2, names(1, '2000, 2010'), unnamed)],
    ['years and words', '2019,2020,b\n5.9,-6.1,.6\n5.3,-5,.7\n', {}, read('2019 2020 b', [5.9, -6.1, 0.6], 2, names(1, '2019, 2020, b'))],
    ['years above words, one wanted', 'site,2000,2010\nA,5.9,-6.1\nB,5.3,-5.4\n', { columns: ['2010'] }, read('2010', [-6.1, -5.4], 2)],
    ['years above large numbers', '1990,2000\n900000,950000\n910000,980000\n', {}, read('1990 2000', [900000], 2, names(1, '1990, 2000'))],
    ['a column of years', '1990,5.1\n1991,5.2\n1992,5.5\n', {}, read('x1 x2', [1990, 5.1], 3, none('x1, x2'))],
    ['wavelengths', '400,500,600\n.1,.2,.3\n.4,.1,.2\n.3,.3,.1\n', {}, read('400 500 600', [0.1], 3, names(1, '400, 500, 600'))],
    ['a header, said to be', '0,5\n0,1\n', { header: true }, read('0 5', [0, 1], 1)],
    ['no header, said to be', '0,1,2\n5.5,7.5,1.5\n', { header: false }, read('x1 x2 x3', [0, 1, 2], 2)],
    ['the comment of NumPy', '# a b c\n1.5 2.5 3.5\n', {}, read('a b c', [1.5, 2.5, 3.5], 1, 'header: the comment in line 1 holds the names a, b, c', skipped('line 1 (comment) is not a row'))],
    ['a column named #', '#,a\n1,2\n2,5\n', {}, read('# a', [1, 2], 2, 'header: the comment in line 1 holds the names #, a', skipped('line 1 (comment) is not a row'))],
    ['a comment between rows', 'a,b\n1,2\n# "note\n3,4\n', {}, read('a b', [1, 2, 3, 4], 2, skipped('line 3 (comment) is not a row'))],
    ['comments of Matlab', '% made by a program\n% twice, in truth\na,b\n1,2\n%\n3,4\n', {}, read('a b', [1, 2, 3, 4], 2, skipped('3 comment lines are not rows, the first being line 1'))],
    ['names in a comment of Matlab', '% a b\n1 2\n3 4\n', {}, read('a b', [1, 2, 3, 4], 2, 'header: the comment in line 1 holds the names a, b', skipped('line 1 (comment) is not a row'))],
    ['comments of C', '// by hand\na,b\n1,2\n', {}, read('a b', [1, 2], 1, skipped('line 1 (comment) is not a row'))],
    ['comments of a configuration', '; by hand\na,b\n1,2\n; more\n3,4\n', {}, read('a b', [1, 2, 3, 4], 2, skipped('2 comment lines are not rows, the first being line 1'))],
    ['an index between semicolons', ';a;b\n0;1.5;2\n1;3.5;4\n', {}, read('a b', [1.5, 2, 3.5, 4], 2, unnamed)],
    ['a table in Markdown', '# Title\n\n| a | b |\n|---|--:|\n| 1 | -2 |\n| 3 | 4 |\n', {}, read('a b', [1, -2, 3, 4], 2, unnamed, skipped('2 comment lines are not rows, the first being line 1'))],
    ['a table of a terminal', '  a  |  b\n-----+-----\n 1.5 |  2\n  -3 |  4\n', {}, read('a b', [1.5, 2, -3, 4], 2, skipped('line 2 (comment) is not a row'))],
    ['a table under rules', 'a    b\n---  ---\n1.5  2\n-3   4\n', {}, read('a b', [1.5, 2, -3, 4], 2, skipped('line 2 (comment) is not a row'))],
    ['units', 'time,mass\ns,kg\n1,2\n', {}, read('time mass', [1, 2], 1, skipped('line 2 holds units (s, kg) and is not a row'))],
    ['units in brackets', 'a\n[m]\n1\n', {}, read('a', [1], 1, skipped('line 2 holds units ([m]) and is not a row'))],
    ['row names of R', '"a" "b"\n"1" 5.9 -6.1\n"2" 5.3 -5\n', {}, read('a b', [5.9, -6.1], 2, 'columns: the header lacks the name of the first column: taken as row names', unnamed)],
    ['decimal commas', 'a;b\n1,5;-2,5e3\n', { decimal: ',' }, read('a b', [1.5, -2500], 1)],
    ['decimal commas between tabs', 'a\tb\n1,5\t2\n', { decimal: ',' }, read('a b', [1.5, 2], 1)],
    ['decimal commas in one column', 'a\n5,942\n5,3\n', { decimal: ',' }, read('a', [5.942, 5.3], 2)],
    ['grouped digits', 'a,b\n"1,234",-2\n"-566,000.5",3\n', { grouping: ',' }, read('a b', [1234, -2, -566000.5, 3], 2)],
    ['digits in groups as in India', 'a,b\n"12,34,567",1\n2,3\n', { grouping: ',' }, read('a b', [1234567, 1, 2, 3], 2)],
    ['points between groups', 'a;b\n1.234.567,8;2\n-3,5;1.000\n', { decimal: ',', grouping: '.' }, read('a b', [1234567.8, 2, -3.5, 1000], 2)],
    ['blanks of three kinds between groups', 'a;b\n1\u202f234;2\n12 345;3\u00a0000,5\n', { decimal: ',', grouping: ' ' }, read('a b', [1234, 2, 12345, 3000.5], 2)],
    ['apostrophes between groups', "a;b\n1'234.5;2\n1’000;3\n", { grouping: "'" }, read('a b', [1234.5, 2, 1000, 3], 2)],
    ['lines between groups', 'a,b\n1_000_000,2\n3,4\n', { grouping: '_' }, read('a b', [1e6, 2, 3, 4], 2)],
    ['two columns that may be one', '5,942\n5,371\n', {}, read('x1 x2', [5, 942], 2, `${none('x1, x2')} (or one column with decimal commas?)`)],
    ['commas in a name', 'alpha (a,b,c);beta\n1;2\n3;4\n', { columns: ['alpha (a,b,c)'] }, { columns: ['alpha (a,b,c)'], rows: 2, first: [1, 3], notices: [] }],
    ['trailing tabs', 'a\tb\t\n1\t2\t\n3\t4\t\n', {}, read('a b', [1, 2, 3, 4], 2)],
    ['a trailing comma in the header alone', 'a,b,\n1,2\n', {}, read('a b', [1, 2], 1)],
    ['trailing commas without a header', '1.5,2,\n3,4,\n', {}, read('x1 x2', [1.5, 2, 3, 4], 2, none('x1, x2'))],
    ['aligned columns', '   a    b\n  1.5  2\n 10.5 -3\n', {}, read('a b', [1.5, 2, 10.5, -3], 2)],
    ['any separator', 'a:b\n1:2\n', { separator: ':' }, read('a b', [1, 2], 1)],
    ['sep= with a tab and CRLF', 'sep=\t\r\na\tb\r\n1\t2\r\n', {}, read('a b', [1, 2], 1)],
    ['the end that DOS wrote', 'a,b\r\n1,2\r\n\x1a', {}, read('a b', [1, 2], 1)],
    ['two columns of a name, not wanted', 'a,a,b\n1,2,3\n', { columns: ['b'] }, read('b', [3], 1)],
    ['names in angle brackets', '<A>,<B>\n1,2\n', {}, read('<A> <B>', [1, 2], 1)],
  ]; // prettier-ignore
  it.each(readable)('reads %s', (_, text, options, expected) => {
    const notices: string[] = [];
    const found = parseTable(text, { ...options, onNotice: ({ kind, text: what }) => notices.push(`${kind}: ${what}`) }); // prettier-ignore
    expect(found.columns).toEqual(expected.columns);
    expect(found.rows).toBe(expected.rows);
    expect(Array.from(found.values).slice(0, expected.first.length)).toEqual(expected.first);
    expect(notices).toEqual(expected.notices);
  });

  const look = (cell: string, what: string, decimal?: ',') =>
    [`the cell ${cell}`, `a;b\n${cell};2\n`, { ...(decimal && { decimal }) }, new RegExp(`^line 2, column 'a': expected a finite number, found '.*' \\(${what}\\)`)] as const; // prettier-ignore
  const refused: readonly (readonly [string, string, ParseTableOptions, RegExp])[] = [
    look('1.234.567,8', 'grouped digits; write it as 1234567.8'),
    look("1'234.5", 'grouped digits; write it as 1234.5'),
    look('1\u00a0234,5', 'grouped digits; write it as 1234.5', ','),
    look('0x1F', 'a hexadecimal number; .*'),
    look('$5.2', 'an amount; .*'),
    look('5,20 €', 'an amount; .*'),
    look('5.2 kg', 'write it without its unit'),
    look('#N/A', 'a missing value'),
    look('#DIV/0!', 'a missing value'),
    look('\uff11\uff12', 'a digit is U\\+FF11, not one of 0 to 9'),
    look('\u201312', "its minus is U\\+2013, not '-'"),
    look('12:30', 'a date or a time; .*'),
    look('31.12.2020', 'a date or a time; .*'),
    look('no', 'a truth value; .*'),
    look('1.5', "the decimal mark is ','", ','),
    ['groups of two digits', 'a;b\n1,23;2\n', { grouping: ',' }, /expected a finite number, found '1,23'/],
    ['groups of four digits', 'a;b\n1,2345;2\n', { grouping: ',' }, /expected a finite number, found '1,2345'/],
    ['groups without a head', 'a;b\n,234;2\n', { grouping: ',' }, /expected a finite number, found ',234'/],
    ['groups after the decimal mark', 'a;b\n1.234,567;2\n', { grouping: ',' }, /expected a finite number, found '1\.234,567'/],
    ['a row of nothing', 'a,b\n1,2\n,\n3,4\n', {}, /^line 3, column 'a': .* found nothing$/],
    ['a blank line in one column', 'a\n1\n\n2\n', {}, /^line 3, column 'a': .* found nothing$/],
    ['a short header with one name', 'a\n5,942\n5,3\n', {}, /found '5,942' \(the decimal mark is '\.'/],
    ['a header without its rows', 'a,b\n1\n2\n', {}, /^line 2: expected 2 fields, found 1$/],
    ['JSON lines', '{"a":1}\n{"a":2}\n', {}, /^expected a table as text, got JSON/],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n', {}, /got a pointer of Git LFS/],
    ['ARFF', '% x\n@RELATION iris\n', {}, /got an ARFF file/],
    ['too many columns', `${Array.from({ length: 17_000 }, (_, i) => `c${i}`).join()}\n`, {}, /^expected at most 16384 columns, got 17000; choose some of them$/],
    ['an endless name', `${'n'.repeat(2000)},b\n1,2\n`, {}, /^line 1: expected names of at most 1000 characters, found 2000$/],
    ['an endless record', `a,b\n1,2${'0'.repeat(2 ** 20)}\n`, {}, /^line 2: expected a record of at most 1048576 characters/],
  ]; // prettier-ignore
  it.each(refused)('refuses %s', (_, text, options, message) => {
    expect(failure('data', () => parseTable(text, { ...options, file: 'f' })).slice(3)).toMatch(message);
  });

  it.each<[string, readonly object[]]>([
    ['1,234,567', [{ grouping: ',' }]],
    ['-566,000', [{ grouping: ',' }, { decimal: ',' }]],
    ['1.234.567,8', [{ decimal: ',', grouping: '.' }]],
    ['1 234.5', [{ grouping: ' ' }]],
    ['1,5', [{ decimal: ',' }]],
  ])('tells the marks under which %s is a number', (cell, marks) => {
    try {
      parseTable(`a;b\n${cell};2\n`, { file: 'f' });
      expect.unreachable();
    } catch (error) {
      expect((error as IResNetError).context['marks']).toEqual(marks);
    }
  });

  it('tells the columns of numbers of the whole table, and one that may hold the classes', () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${i},p,${i === 290 ? 'NA' : 1.5},${i}`).join('\n');
    try {
      parseTable(`a,kind,c,d\n${rows}\n`, { file: 'f' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ context: { line: 2, column: 'kind', numeric: ['a', 'd'] } });
    }
    try {
      parseTable(`a,kind\n1,p\n2,q\n`, { file: 'f' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ context: { numeric: ['a'], label: 'kind' } });
    }
  });

  // A pattern that looks at a digit twice takes minutes for this one.
  it('refuses a cell of 300,000 digits at once', () => {
    const start = process.cpuUsage();
    const text = `a,b\n${'1'.repeat(300_000)}x,1\n${'1'.repeat(300_000)},2\n`;
    expect(failure('data', () => parseTable(text, { file: 'f' }))).toMatch(/found 300001 characters/);
    // In processor time, which other work on the machine does not stretch.
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(2);
  });
});

describe('encodings', () => {
  const write = (content: Uint8Array): string => {
    const path = join(folder(), 'f.csv');
    writeFileSync(path, content);
    return path;
  };
  const text = 'größe,b\n1,2\n3,4\n';
  const swapped = (content: Buffer) => Buffer.from(content).swap16();
  const readable: readonly (readonly [string, Buffer, string[]])[] = [
    ['UTF-8', Buffer.from(text), []],
    ['UTF-16LE', Buffer.from(`\ufeff${text}`, 'utf16le'), ['read as UTF-16LE']],
    ['UTF-16BE', swapped(Buffer.from(`\ufeff${text}`, 'utf16le')), ['read as UTF-16BE']],
    ['Latin-1', Buffer.from(text, 'latin1'), ["byte 2 (0xf6, 'ö') is not UTF-8: read as Windows-1252"]],
  ];
  it.each(readable)('%s', async (_, content, expected) => {
    const notices: string[] = [];
    const table = await readTableFile(write(content), { onNotice: ({ text: what }) => notices.push(what) });
    expect(table).toEqual({ columns: ['größe', 'b'], rows: 2, values: Float64Array.of(1, 2, 3, 4) });
    expect(notices).toEqual(expected);
  });

  it('UTF-16 without a mark', async () => {
    const plainText = Buffer.from('a,b\n1,2\n'.repeat(1), 'utf16le');
    for (const content of [plainText, swapped(plainText)])
      expect((await readTableFile(write(content))).values).toEqual(Float64Array.of(1, 2));
  });

  it('is decided by bytes far down and across chunks, or refused with the byte', async () => {
    const rows = '1,2,p\n'.repeat(100_000);
    const latin = Buffer.from(`a,b,kind\n${rows}3,4,é\n`, 'latin1');
    const table = await readTableFile(write(latin), { label: 'kind' });
    expect([table.rows, table.labels.at(-1)]).toEqual([100_001, 'é']);
    const mixed = Buffer.concat([Buffer.from(`ä,b,kind\n${rows}3,4,`), Buffer.of(0xe9), Buffer.from('\n')]);
    const at = mixed.length - 2;
    expect(await rejection('data', readTableFile(write(mixed)))).toMatch(
      new RegExp(`: byte ${at}: expected UTF-8 text as before it, found 0xe9$`),
    );
    // A character that two chunks share.
    const shared = `a,b\n${'1,2\n'.repeat(65_533)}`; // 8 bytes fewer than a chunk
    for (let pad = 0; pad < 6; pad++) {
      const content = `${shared}# ${'x'.repeat(pad)}鳥鳥\n3,4\n5,6\n`;
      const read = await readTableFile(write(Buffer.from(content)));
      expect(Array.from(read.values.slice(-2))).toEqual([5, 6]);
    }
    expect(await rejection('data', readTableFile(write(Buffer.of(0x61, 0x2c, 0x81, 10))))).toMatch(
      /byte 2: .* 0x81/,
    );
  });
});

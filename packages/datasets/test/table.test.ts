import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  digits,
  faithful,
  iris,
  parseTable,
  quakes,
  takeRows,
  toTensor,
  type LabelledTable,
  type ParseTableOptions,
  type Table,
} from '../src/index';
import { failure } from './failure';

beforeAll(() => tf.setBackend('cpu'));

describe('parseTable', () => {
  const accepted: [string, string, ParseTableOptions, string[], number[]][] = [
    ['a header', 'a,b\n1,2\n3,4\n', {}, ['a', 'b'], [1, 2, 3, 4]],
    ['no header', '1,2\n3,4', {}, ['x1', 'x2'], [1, 2, 3, 4]],
    ['no line end at the end', 'a,b\n1,2', {}, ['a', 'b'], [1, 2]],
    ['several empty lines at the end', 'a\n1\n\n \r\n\n', {}, ['a'], [1]],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', {}, ['a', 'b'], [1, 2, 3, 4]],
    ['CR', 'a,b\r1,2\r3,4\r', {}, ['a', 'b'], [1, 2, 3, 4]],
    ['a byte-order mark', '\ufeffa,b\n1,2\n', {}, ['a', 'b'], [1, 2]],
    ['a byte-order mark before a number', '\ufeff1,2\n', {}, ['x1', 'x2'], [1, 2]],
    ['semicolons', 'a;b\n1;2\n', {}, ['a', 'b'], [1, 2]],
    ['tabs', 'a\tb\n1\t2\n', {}, ['a', 'b'], [1, 2]],
    ['a separator in a quoted name', '"a;b;c",d\n1,2\n', {}, ['a;b;c', 'd'], [1, 2]],
    ['quoted numbers and doubled quotes', '"say ""a""","b"\n"1"," 2 "\n', {}, ['say "a"', 'b'], [1, 2]],
    ['a line end in a quoted name', '"a\nb",c\n1,2\n', {}, ['a\nb', 'c'], [1, 2]],
    ['blanks around fields', ' a , b\n 1 ,  2 \n', {}, ['a', 'b'], [1, 2]],
    [
      'every way to write a number',
      'a\n-1\n+2\n.5\n5.\n1e3\n-2.5E-2\n007\n',
      {},
      ['a'],
      [-1, 2, 0.5, 5, 1000, -0.025, 7],
    ],
    [
      'chosen columns, in their order',
      'a,b,c\n1,x,3\n4,,6\n',
      { columns: ['c', 'a'] },
      ['c', 'a'],
      [3, 1, 6, 4],
    ],
    ['an empty line between rows', 'a,b\n1,2\n\n3,4\n', {}, ['a', 'b'], [1, 2, 3, 4]],
    ['a column without a name', 'a,\n1,2\n', {}, ['a'], [1]],
    ['row names as R writes them', '"","a"\n"1",5\n', { columns: ['a'] }, ['a'], [5]],
    ['a label', 'a,kind\n1,p\n2,q\n', { label: 'kind' }, ['a'], [1, 2]],
    ['years as names, said to be a header', '2001,2002\n1,2\n', { header: true }, ['2001', '2002'], [1, 2]],
  ];
  it.each(accepted)('reads %s', (_, text, options, columns, values) => {
    const table = parseTable(text, options);
    expect(table.columns).toEqual(columns);
    expect(table.rows).toBe(values.length / columns.length);
    expect(table.values).toEqual(Float64Array.from(values));
  });

  it('keeps labels as text', () => {
    const text = 'a,kind\n1,"p, or ""q"""\n2, r \n';
    expect(parseTable(text, { label: 'kind' }).labels).toEqual(['p, or "q"', 'r']);
    expect('labels' in parseTable('a\n1\n')).toBe(false);
    expect(parseTable('1,p\n2,q\n', { label: 'x2' }).labels).toEqual(['p', 'q']);
  });

  const refused: [string, string, ParseTableOptions, string][] = [
    ['no text', '', {}, 'expected a table, found no text'],
    ['blank text', '\ufeff \n\r\n', {}, 'expected a table, found no text'],
    ['a header only', 'a,b\n', {}, 'expected rows below the header, found none'],
    ['a missing value', 'a,b\n1,2\n3,\n', {}, "line 3, column 'b': expected a finite number, found nothing"],
    [
      'a missing value in the only column',
      'a\n1\n\n2\n',
      {},
      "line 3, column 'a': expected a finite number, found nothing",
    ],
    ['text', 'a,b\n1,two\n', {}, "line 2, column 'b': expected a finite number, found 'two'"],
    ['NA', 'a\nNA\n', {}, "line 2, column 'a': expected a finite number, found 'NA'"],
    ['NaN', 'a\nNaN\n', {}, "line 2, column 'a': expected a finite number, found 'NaN'"],
    ['Infinity', 'a\n-Infinity\n', {}, "line 2, column 'a': expected a finite number, found '-Infinity'"],
    ['overflow', 'a\n1e999\n', {}, "line 2, column 'a': expected a finite number, found '1e999'"],
    ['hexadecimal', 'a\n0x10\n', {}, "line 2, column 'a': expected a finite number, found '0x10'"],
    [
      'a decimal comma',
      'a;b\n1,5;2\n',
      {},
      "line 2, column 'a': expected a finite number, found '1,5' (the decimal mark is '.')",
    ],
    [
      'a bad first row without a header',
      '1.5,x\n2,3\n',
      {},
      "line 1, column 'x2': expected a finite number, found 'x'",
    ],
    ['a short row', 'a,b\n1\n', {}, 'line 2: expected 2 fields, found 1'],
    ['a long row', 'a,b\r\n1,2\r\n1,2,3\r\n', {}, 'line 3: expected 2 fields, found 3'],
    ['a repeated name', 'a,b,a\n1,2,3\n', {}, "two columns are named 'a'"],
    ['an open quote', 'a,b\n1,"2\n3,4\n', {}, 'line 2: a quoted field is not closed'],
    [
      'text behind a quote',
      'a\n"1"2\n',
      {},
      'line 2: expected a separator after the closing quote of "1", found \'2\'',
    ],
    [
      'a line counted over quoted line ends',
      '"a\r\nb"\n1\nx\n',
      {},
      "line 4, column 'a\r\nb': expected a finite number, found 'x'",
    ],
    [
      'a mistyped column',
      'width,height\n1,2\n',
      { columns: ['widht'] },
      "expected a column 'widht', found width, height",
    ],
    [
      'a missing label',
      'a,kind\n1,\n',
      { label: 'kind' },
      "line 2, column 'kind': expected a label, found nothing",
    ],
    ['labels alone', 'kind\np\n', { label: 'kind' }, 'expected a column of numbers, found none'],
  ];
  it.each(refused)('refuses %s', (_, text, options, message) => {
    const found = failure('data', () => parseTable(text, { ...options, file: 'f.csv' }));
    expect(found.startsWith(`f.csv: ${message}`), found).toBe(true);
  });

  it('names the nearest column, and itself without a file', () => {
    expect(failure('data', () => parseTable('width,height\n1,2\n', { columns: ['Widths'] }))).toBe(
      "datasets.parseTable: expected a column 'Widths', found width, height (did you mean 'width'?)",
    );
    expect(failure('data', () => parseTable('a,b\n1,2\n', { columns: ['temperature'] }))).not.toMatch(
      /did you mean/,
    );
    expect(failure('argument', () => parseTable('a\n1\n', { columns: ['a', 'a'] }))).toMatch(
      /each column once/,
    );
  });

  it('reads back whatever is written: separator, line end, quotes, any names and numbers', () => {
    // Blanks around a name do not count.
    const name = fc.string({ maxLength: 6 }).map((s) => `n${s}n`);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 12 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        (columns, numbers, separator, end, last) => {
          const rows = Math.floor(numbers.length / columns.length);
          const values = numbers.slice(0, rows * columns.length);
          const lines = [columns.map((c) => `"${c.replaceAll('"', '""')}"`).join(separator)];
          for (let r = 0; r < rows; r++) {
            const row = values.slice(r * columns.length, (r + 1) * columns.length);
            lines.push(row.map((v, i) => (i % 2 === 0 ? String(v) : `"${v}"`)).join(separator));
          }
          const table = parseTable(lines.join(end) + (last ? end : ''));
          expect(table.columns).toEqual(columns);
          // String() drops the sign of −0.
          expect(Array.from(table.values)).toEqual(values.map((v) => (v === 0 ? 0 : v)));
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('takeRows and toTensor', () => {
  const table: LabelledTable = {
    columns: ['a', 'b'],
    rows: 3,
    values: Float64Array.of(1, 2, 3, 4, 5, 6),
    label: 'kind',
    labels: ['p', 'q', 'r'],
  };

  it('takes rows in order, with repetition, and their labels', () => {
    const taken = takeRows(table, [2, 0, 2]);
    expect(taken).toEqual({ ...table, values: Float64Array.of(5, 6, 1, 2, 5, 6), labels: ['r', 'p', 'r'] });
    expect(table.values).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    const { columns } = table;
    const plain: Table = { columns, rows: 1, values: Float32Array.of(0.5, 1.5) };
    expect(takeRows(plain, Uint32Array.of(0))).toEqual(plain);
    expect(takeRows(table, []).rows).toBe(0);
  });

  it('refuses an index that is no row', () => {
    for (const index of [-1, 3, 0.5, NaN]) {
      expect(failure('argument', () => takeRows(table, [0, index]))).toBe(
        `datasets.takeRows: expected row indices in [0, 3), got ${index} at position 1`,
      );
    }
  });

  it('makes one tensor that does not share memory with the table', () => {
    const before = tf.memory().numTensors;
    const plain: Table = { columns: ['a', 'b'], rows: 2, values: Float32Array.of(1, 2, 3, 4) };
    const x = toTensor(plain);
    plain.values[0] = 9;
    expect(x.arraySync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(x.dtype).toBe('float32');
    expect(tf.memory().numTensors).toBe(before + 1);
    x.dispose();
    const y = toTensor(takeRows(table, []));
    expect(y.shape).toEqual([0, 2]);
    y.dispose();
  });
});

/**
 * Means as R prints them for its data sets of these names, and the SHA-256 of the tables as CSV.
 */
const embedded: { name: string; table: Table; means: number[]; sha256: string }[] = [
  {
    name: 'faithful',
    table: faithful(),
    means: [3.487783, 70.89706],
    sha256: 'd40b983752ab7ec0b15b740089c3ca7b7b59d0c7433a029a1714d134de1e8d14',
  },
  {
    name: 'iris',
    table: iris(),
    means: [5.843333, 3.057333, 3.758, 1.199333],
    sha256: '6c17bdaf4419befba3352385793b1518e23e8fe1f76501e0850b573dc908d1e8',
  },
  {
    name: 'quakes',
    table: quakes(),
    means: [-20.64275, 179.46202, 311.371, 4.6204, 33.418],
    sha256: '5430db1d88b90ccb94b94306955d45b66920e8d4c036b2b46faf66ee3ee941af',
  },
];

describe.each(embedded)('$name', ({ name, table, means, sha256 }) => {
  const width = table.columns.length;
  const column = (c: number) => Array.from({ length: table.rows }, (_, r) => table.values[r * width + c]!);

  it('has the means that R reports', () => {
    const rows = { faithful: 272, iris: 150, quakes: 1000 }[name];
    expect(table.rows).toBe(rows);
    // The printed digits.
    means.forEach((mean, c) => {
      expect(column(c).reduce((sum, v) => sum + v, 0) / table.rows).toBeCloseTo(mean, 4);
    });
  });

  it('is the published table, value by value', () => {
    const { labels } = table as Partial<LabelledTable>;
    const header = labels === undefined ? table.columns : [...table.columns, 'Species'];
    const lines = [header.join(',')];
    for (let r = 0; r < table.rows; r++) {
      const row: (number | string)[] = Array.from(table.values.subarray(r * width, (r + 1) * width));
      if (labels !== undefined) row.push(labels[r]!);
      lines.push(row.join(','));
    }
    expect(
      createHash('sha256')
        .update(`${lines.join('\n')}\n`)
        .digest('hex'),
    ).toBe(sha256);
  });
});

describe('embedded tables', () => {
  it('agree with known statistics', () => {
    // R: cor(faithful)[1, 2] is 0.9008112; sd 1.141371 and 13.59497.
    const { values, rows } = faithful();
    let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
    for (let r = 0; r < rows; r++) {
      const [x, y] = [values[2 * r]!, values[2 * r + 1]!];
      [sx, sy, sxx, syy, sxy] = [sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y];
    }
    const [vx, vy] = [sxx - (sx * sx) / rows, syy - (sy * sy) / rows];
    expect(Math.sqrt(vx / (rows - 1))).toBeCloseTo(1.141371, 5);
    expect(Math.sqrt(vy / (rows - 1))).toBeCloseTo(13.59497, 4);
    expect((sxy - (sx * sy) / rows) / Math.sqrt(vx * vy)).toBeCloseTo(0.9008112, 6);
  });

  // The counts of the data set's description, sums taken from the published file.
  it('hold 1797 digits of the published numbers', () => {
    const { columns, rows, values, labels } = digits();
    expect([rows, columns.length, values.length, labels.length]).toEqual([1797, 64, 1797 * 64, 1797]);
    expect([columns[0], columns[9], columns[63]]).toEqual(['pixel00', 'pixel11', 'pixel77']);
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[Number(label)]! += 1;
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    const pixels = Array.from(values);
    expect(pixels.reduce((sum, v) => sum + v, 0)).toBe(561718);
    expect([Math.min(...pixels.slice(0, 64)), pixels.reduce((a, v) => Math.max(a, v), 0)]).toEqual([0, 16]);
    const text = Array.from(labels, (label, r) => [...values.subarray(64 * r, 64 * r + 64), label].join(','));
    expect(
      createHash('sha256')
        .update(`${text.join('\n')}\n`)
        .digest('hex'),
    ).toBe('6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8');
  });

  it('label fifty flowers of each species', () => {
    const { labels } = iris();
    expect(labels.filter((_, i) => i % 50 === 0)).toEqual(['setosa', 'versicolor', 'virginica']);
    for (const [i, label] of labels.entries()) expect(label).toBe(labels[50 * Math.floor(i / 50)]);
  });

  it('are new at each call', () => {
    faithful().values[0] = 0;
    expect(faithful().values[0]).toBe(3.6);
    expect(takeRows(iris(), createRng(0).permutation(150)).labels).toHaveLength(150);
  });
});

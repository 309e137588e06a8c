import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLabels, parseTable, toNpy } from '../../src/index';
import { readTableFile, streamRows } from '../../src/node';
import { csvReader, type CsvRecord } from '../../src/table/csv';
import { failure, rejection } from '../failure';
import { folders } from './folder';

const folder = folders();

function fileOf(content: string | Uint8Array, name = 'f.csv'): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

/** `rows` rows of three whole numbers and a class. */
function csvOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => `${i},${i % 7},${-i},${i % 2 ? 'odd' : 'even'}`);
  return `a,b,c,kind\n${lines.join('\n')}\n`;
}

/** Which files this process has open, where the system tells. */
function openFiles(): string[] {
  const dir = '/proc/self/fd';
  if (!existsSync(dir)) return [];
  return readdirSync(dir).flatMap((fd) => {
    try {
      return [readlinkSync(join(dir, fd))];
    } catch {
      return []; // closed meanwhile
    }
  });
}

describe('text that comes in parts', () => {
  const texts: [string, string, CsvRecord[]][] = [
    ['a CRLF is one line end', 'a,b\r\n1,2\r\n', [{ line: 1, fields: ['a', 'b'] }, { line: 2, fields: ['1', '2'] }]],
    ['lone CRs', 'a\rb', [{ line: 1, fields: ['a'] }, { line: 2, fields: ['b'] }]],
    ['doubled quotes and line ends in quotes', '"x""y";"p\r\nq"\n3;4', [{ line: 1, fields: ['x"y', 'p\r\nq'], quoted: true }, { line: 3, fields: ['3', '4'] }]],
    ['a mark, blanks', '\ufeff a , b \n 1,\t2 \n', [{ line: 1, fields: ['a', 'b'] }, { line: 2, fields: ['1', '2'] }]],
    ['an empty line between', 'a\n\n \n1\n\n\n', [{ line: 1, fields: ['a'] }, { line: 2, fields: [''] }, { line: 3, fields: [''] }, { line: 4, fields: ['1'] }]],
    ['an empty field at the end', 'a,b\n1,', [{ line: 1, fields: ['a', 'b'] }, { line: 2, fields: ['1', ''] }]],
    ['a separator seen late', 'a b\tc\n1\t2', [{ line: 1, fields: ['a b', 'c'] }, { line: 2, fields: ['1', '2'] }]],
    ['an empty quoted field is no empty line', 'a\n""\n', [{ line: 1, fields: ['a'] }, { line: 2, fields: [''], quoted: true }]],
    ['nothing', '\ufeff \n', []],
  ]; // prettier-ignore
  it.each(texts)('%s, cut at any two places', (_, text, records) => {
    for (let i = 0; i <= text.length; i++) {
      for (let j = i; j <= text.length; j++) {
        const reader = csvReader('f');
        const parts = [text.slice(0, i), text.slice(i, j), text.slice(j)];
        const found = parts.flatMap((part, k) => [...reader.read(part, k === 2)]);
        expect(found).toEqual(records);
      }
    }
  });

  it('refuses at any cut what is refused whole', () => {
    const text = 'a,b\n"1"x,2\n';
    for (let i = 0; i <= text.length; i++) {
      const reader = csvReader('f');
      const message = failure('data', () => [
        ...reader.read(text.slice(0, i), false),
        ...reader.read(text.slice(i), true),
      ]);
      expect(message).toBe('f: line 2: expected a separator after the closing quote of "1", found \'x\'');
    }
  });

  it('keeps no record of endless length', () => {
    const reader = csvReader('f');
    const part = '1'.repeat(2 ** 18);
    const message = failure('data', () => {
      for (;;) expect([...reader.read(part, false)]).toEqual([]);
    });
    expect(message).toBe('f: line 1: expected a record of at most 1048576 characters, found a longer one');
  });
});

describe('readTableFile', () => {
  const table = { columns: ['a', 'b'], rows: 2, values: Float64Array.of(1, 2.5, -3, 4e10) };
  const text = 'a,b\n1,2.5\n-3,4e10\n';
  const numbered = { ...table, columns: ['x1', 'x2'] };
  const column = Float64Array.of(1, -3, 2.5, 4e10);
  const fortran = toNpy(column, [2, 2]);
  // 'False' and 'True ' have the same length: only the order is another.
  fortran.set(Buffer.from(Buffer.from(fortran).toString('latin1').replace('False', 'True '), 'latin1').subarray(0, 128)); // prettier-ignore
  const files: [string, string | Uint8Array, object][] = [
    ['CSV', text, table],
    ['gzip', gzipSync(text), table],
    ['gzip of two members', Buffer.concat([gzipSync('a,b\n1,2.5\n'), gzipSync('-3,4e10\n')]), table],
    ['npy, float64', toNpy(table.values, [2, 2]), numbered],
    ['npy, Fortran order', fortran, numbered],
    ['npy, float32', toNpy(Float32Array.of(1, 0.1), [1, 2]), { columns: ['x1', 'x2'], rows: 1, values: Float32Array.of(1, 0.1) }],
    ['npy, bytes', toNpy(Uint8Array.of(1, 255), [2, 1]), { columns: ['x1'], rows: 2, values: Float64Array.of(1, 255) }],
  ]; // prettier-ignore
  it.each(files)('%s', async (_, content, expected) => {
    // The first bytes decide, not the name.
    expect(await readTableFile(fileOf(content, 'file'))).toEqual(expected);
  });

  it('chooses columns and labels in every format', async () => {
    const csv = fileOf('a,b,kind\n1,2,p\n3,4,q\n');
    expect(await readTableFile(csv, { columns: ['b'], label: 'kind' })).toEqual({
      columns: ['b'],
      rows: 2,
      values: Float64Array.of(2, 4),
      label: 'kind',
      labels: ['p', 'q'],
    });
    const npy = fileOf(toNpy(Float32Array.of(1, 2, 0, 3, 4, 1), [2, 3]), 'f.npy');
    expect(await readTableFile(npy, { columns: ['x2', 'x1'], label: 'x3' })).toEqual({
      columns: ['x2', 'x1'],
      rows: 2,
      values: Float32Array.of(2, 1, 4, 3),
      label: 'x3',
      labels: ['0', '1'],
    });
  });

  it('agrees with parseTable over many chunks and pieces', async () => {
    const long = csvOf(150_000);
    const [whole, zipped] = [fileOf(long), fileOf(gzipSync(long, { level: 1 }))];
    const expected = parseTable(long, { label: 'kind' });
    expect(expected.values.subarray(-3)).toEqual(Float64Array.of(149_999, 149_999 % 7, -149_999));
    for (const file of [whole, zipped]) {
      const found = await readTableFile(file, { label: 'kind' });
      expect(found.rows).toBe(150_000);
      // Buffers compare at once; values one by one would take seconds.
      expect(Buffer.from(found.values.buffer).equals(Buffer.from(expected.values.buffer))).toBe(true);
      expect(found.labels.every((label, i) => label === (i % 2 ? 'odd' : 'even'))).toBe(true);
    }
  });

  const limit = 'a,b\n' + '1,2\n'.repeat(100_000);
  const refused: [string, string | Uint8Array, object, string | RegExp][] = [
    ['an empty file', '', {}, 'expected a table, found no text'],
    ['a header only', 'a,b\n', {}, 'expected rows below the header, found none'],
    ['a ragged row far down', `${limit}3\n`, {}, 'line 100002: expected 2 fields, found 1'],
    ['text in a numeric column far down', `${limit}3,x\n`, {}, "line 100002, column 'b': expected a finite number, found 'x'; columns of numbers: a"],
    ['a mistyped label', 'length,species\n1,p\n', { label: 'Species' }, "expected a column 'Species', found length, species (did you mean 'species'?)"],
    ['a mistyped column', 'length,width\n1,2\n', { columns: ['lenght'] }, "expected a column 'lenght', found length, width (did you mean 'length'?)"],
    ['a missing label', 'a,kind\n1,\n', { label: 'kind' }, "line 2, column 'kind': expected a label, found nothing"],
    ['a gzip file that is cut off', gzipSync(limit).subarray(0, 150), {}, 'byte 150: expected a gzip file, got: it is cut off (Z_BUF_ERROR, unexpected end of file)'],
    ['a gzip bomb of one line', gzipSync('1'.repeat(2 ** 22)), {}, 'line 1: expected a record of at most 1048576 characters, found a longer one'],
    ['a gzip bomb of many rows', gzipSync('1,2\n'.repeat(2 ** 23)), {}, /^expected at most 100 bytes inside the gzip file for each of its own, got \d+ for \d+; unpack it if it can be trusted$/],
    ['a zero byte', 'a,b\n1,2\n3\0,4\n', {}, 'byte 9: expected a table as text, gzip or npy, found a zero byte'],
    ['a compressed npy file', gzipSync(toNpy(Float32Array.of(1), [1, 1])), {}, 'expected an npy file as it is, got one that is compressed by gzip'],
    ['an npy file of images', toNpy(new Float32Array(8), [2, 2, 2]), {}, 'expected rows and columns, got an array of shape [2, 2, 2]'],
    ['an npy file without rows', toNpy(new Float32Array(0), [0, 2]), {}, 'expected rows and columns, got an array of shape [0, 2]'],
    ['an npy file with NaN', toNpy(Float32Array.of(1, 2, NaN, 4), [2, 2]), {}, "row 2, column 'x1': expected a finite number, found NaN"],
    ['an npy file that is cut off', toNpy(Float32Array.of(1, 2), [1, 2]).subarray(0, -1), {}, 'byte 128: expected 8 bytes of data for shape [1, 2], got 7'],
  ]; // prettier-ignore
  it.each(refused)('refuses %s', async (_, content, options, message) => {
    const file = fileOf(content);
    const found = await rejection('data', readTableFile(file, options));
    expect(found.slice(0, file.length + 2)).toBe(`${file}: `);
    if (typeof message === 'string') expect(found.slice(file.length + 2)).toBe(message);
    else expect(found.slice(file.length + 2)).toMatch(message);
    expect(openFiles()).not.toContain(file);
  });

  it('refuses damaged gzip, a folder, and what is not there', async () => {
    const damaged = gzipSync(csvOf(1000));
    damaged.fill(0xff, 40, 60);
    const file = fileOf(damaged);
    expect(await rejection('data', readTableFile(file))).toMatch(
      /: expected a gzip file, got: it is damaged/,
    );
    const dir = folder();
    expect(await rejection('data', readTableFile(dir))).toBe(
      `${dir}: expected to read it, got: it is a folder (EISDIR)`,
    );
    expect(await rejection('data', readTableFile(join(dir, 'none')))).toMatch(/no such file or folder/);
  });
});

describe.skipIf(process.platform === 'win32')('what is not a regular file', () => {
  it('refuses devices', async () => {
    for (const device of ['/dev/zero', '/dev/null'])
      expect(await rejection('data', readTableFile(device))).toBe(
        `${device}: expected a file or a pipe, got a device`,
      );
  });

  it('reads a pipe to its end, whoever is there first', async () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const write = (wait: string) =>
      spawn('sh', [
        '-c',
        `sleep ${wait}; { printf 'a,b\\n1,2\\n'; sleep 0.1; printf '3,4\\n'; } > '${pipe}'`,
      ]);
    for (const wait of ['0', '0.2']) {
      write(wait);
      const table = await readTableFile(pipe);
      expect(table).toEqual({ columns: ['a', 'b'], rows: 2, values: Float64Array.of(1, 2, 3, 4) });
    }
  });
});

describe('streamRows', () => {
  it.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    [5, [5]],
    [9, [5]],
  ])('pieces of %i rows', async (rows, sizes) => {
    const names = [
      fileOf(csvOf(5)),
      fileOf(
        toNpy(
          Float64Array.from({ length: 15 }, (_, i) => i),
          [5, 3],
        ),
      ),
    ];
    for (const file of names) {
      const first: number[] = [];
      const found: number[] = [];
      const options = file === names[0] ? { rows, label: 'kind' } : { rows };
      for await (const piece of streamRows(file, options)) {
        found.push(piece.rows);
        for (let r = 0; r < piece.rows; r++) first.push(piece.values[3 * r]!);
      }
      expect(found).toEqual(sizes);
      expect(first).toEqual(file === names[0] ? [0, 1, 2, 3, 4] : [0, 3, 6, 9, 12]);
    }
  });

  it('gives the pieces before a bad row, and closes the file when its reader stops', async () => {
    const bad = fileOf('a\n1\n2\n3\nx\n');
    const found: number[] = [];
    const all = async (): Promise<void> => {
      for await (const { values } of streamRows(bad, { rows: 2 })) found.push(...values);
    };
    expect(await rejection('data', all())).toMatch(/line 5, column 'a'/);
    expect(found).toEqual([1, 2, 3]);

    const long = csvOf(200_000);
    for (const file of [fileOf(long), fileOf(gzipSync(long, { level: 1 }))]) {
      for await (const piece of streamRows(file, { rows: 10, label: 'kind' })) {
        expect(piece.labels).toHaveLength(10);
        break;
      }
      expect(openFiles()).not.toContain(file);
    }
  });

  it('refuses pieces without rows at the call', () => {
    for (const rows of [0, 1.5, NaN])
      expect(failure('argument', () => streamRows('x', { rows }))).toMatch(/expected an integer rows ≥ 1/);
  });
});

describe('encodeLabels', () => {
  it('sorts numbers by value, names by code units, and keeps a given order', () => {
    expect(encodeLabels(['10', '9', '10', '1e1']).classes).toEqual(['9', '10', '1e1']);
    expect(encodeLabels(['b', 'a', 'B', 'a'])).toEqual({
      classes: ['B', 'a', 'b'],
      indices: Int32Array.of(2, 1, 0, 1),
    });
    expect(encodeLabels(['p'], { classes: ['q', 'p'] }).indices).toEqual(Int32Array.of(1));
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { minLength: 1 }), (labels) => {
        const { classes, indices } = encodeLabels(labels);
        expect(Array.from(indices, (i) => classes[i])).toEqual(labels);
        expect(encodeLabels([...labels].reverse()).classes).toEqual(classes);
      }),
      { seed: 1 },
    );
  });

  it('names the row, the classes and the nearest one', () => {
    const classes = ['setosa', 'virginica'];
    expect(failure('data', () => encodeLabels(['setosa', 'setose'], { classes, file: 'f.csv' }))).toBe(
      "f.csv: row 2: expected one of the classes setosa, virginica, found 'setose' (did you mean 'setosa'?)",
    );
  });
});

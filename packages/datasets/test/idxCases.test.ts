import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseIdx } from '../src/index';
import { failure } from './failure';

const folder = new URL('fixtures/idx/', import.meta.url);

/** Each file, and its shape, type and first values, or what is said of it. */
const cases: Readonly<Record<string, string | readonly [number[], object, number[]]>> = {
  'empty.idx': [[0, 4, 4], Uint8Array, []],
  'extra.idx': 'byte 16: expected 64 bytes in all for shape [3, 4, 4], got 65',
  'f8.idx': [[2], Float64Array, [1.5, -2]],
  'gz.idx': 'byte 0: expected an IDX file, got one that is compressed by gzip',
  'html.idx': 'byte 0: expected an IDX file to start with 0 0, got 60 104',
  'huge-claim.idx':
    'byte 16: expected 147573952589676410000 bytes in all for shape [2147483648, 2147483648, 4], got 16',
  'i2.idx': [[2, 2], Int16Array, [0, 1, 2, 3]],
  'little-endian.idx': 'byte 8: expected 83886088 bytes in all for shape [83886080], got 13',
  'truncated.idx': 'byte 16: expected 64 bytes in all for shape [3, 4, 4], got 61',
  'u1.idx3-ubyte': [[3, 4, 4], Uint8Array, [95, 130, 194, 217]],
  'zero-byte.idx': 'byte 0: expected the 4 bytes of an IDX magic number, got 0',
};

it.each(readdirSync(folder))('%s', (file) => {
  const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
  const expected = cases[file]!;
  if (typeof expected === 'string') {
    expect(failure('data', () => parseIdx(bytes, { file }))).toBe(`${file}: ${expected}`);
    return;
  }
  const { shape, data } = parseIdx(bytes, { file });
  expect([shape, data.constructor, [...data.subarray(0, 4)]]).toEqual(expected);
});

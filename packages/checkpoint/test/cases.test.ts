import { readdirSync, readFileSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';
import { expect, it } from 'vitest';
import { parseSafetensors } from '../src';

const folder = new URL('fixtures/safetensors/', import.meta.url);
const W = { dtype: 'F32', shape: [2, 3], values: [0, 1, 2, 3, 4, 5] };
const dtypes = /tensor ".": expected dtype .*, got "(C64|F4|F8_E4M3|F8_E5M2)"$/;

/** Each file, and the tensors in it or what is said of it. */
const cases: Readonly<Record<string, RegExp | Readonly<Record<string, object>>>> = {
  'bf16.safetensors': { w: { dtype: 'F32', shape: [3], values: [1, -2, Infinity] } },
  'bool.safetensors': { b: { dtype: 'BOOL', shape: [2], values: [1, 0] } },
  'complex64.safetensors': dtypes,
  'empty-and-scalar.safetensors': {
    empty: { dtype: 'F32', shape: [0, 3], values: [] },
    scalar: { dtype: 'F32', shape: [], values: [2.5] },
    w: W,
  },
  'f2.safetensors': { w: W },
  'f4.mx.safetensors': dtypes,
  'f4.safetensors': { w: W },
  'f8_e4m3.safetensors': dtypes,
  'f8_e5m2.safetensors': dtypes,
  'git-lfs-pointer.safetensors': /byte 0: .*, got a Git LFS pointer: fetch the file itself \(git lfs pull\)$/,
  'html.safetensors': /byte 0: .*, got an HTML page$/,
  'i8.safetensors': { i: { dtype: 'I64', shape: [3], values: [0n, 1n, 2n] } },
  'metadata-nested.safetensors': /byte 31: expected a string, got "\{"$/,
  'metadata-null.safetensors': /byte 25: expected '\{', got "n"$/,
  'metadata-number.safetensors': /byte 34: expected a string, got "5"$/,
  'metadata-pt.safetensors': { w: W },
  'model.safetensors.index.json': /byte 0: .*, got JSON: an index names the safetensors files beside it$/,
  'no-tensors.safetensors': {},
  'nul-padded.safetensors': /byte 62: expected only blanks after the header, got "\\u0000"$/,
  'odd-alignment.safetensors': {
    a: { dtype: 'U8', shape: [1], values: [1] },
    w: { dtype: 'F32', shape: [1], values: [2.5] },
  },
  'scalar-shape.safetensors': { w: { dtype: 'F32', shape: [], values: [2.5] } },
  'trailing-garbage.safetensors': /expected 4 bytes of data after byte 69, got 9$/,
};

it.each(readdirSync(folder))('%s', (file) => {
  const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
  const expected = cases[file]!;
  if (expected instanceof RegExp) {
    expect(() => parseSafetensors(bytes, { file })).toThrow(expect.objectContaining({ kind: 'data' }));
    expect(() => parseSafetensors(bytes, { file })).toThrow(IResNetError);
    expect(() => parseSafetensors(bytes, { file })).toThrow(expected);
    return;
  }
  const found = [...parseSafetensors(bytes, { file }).tensors].map(([name, { dtype, shape, data }]) => {
    const values: unknown[] = Array.from<unknown>(data as ArrayLike<unknown>);
    return [name, { dtype, shape: [...shape], values }];
  });
  expect(Object.fromEntries(found)).toEqual(expected);
});

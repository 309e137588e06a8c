import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageFolder } from '../../src/node';
import { rejection } from '../failure';
import { folders } from './folder';
import { decodePlain as decode, greyRow as image, png } from './png';

const newFolder = folders();

function folderOf(files: Readonly<Record<string, Uint8Array | readonly number[]>>): string {
  const dir = newFolder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), Uint8Array.from(bytes));
  }
  return dir;
}

describe('imageFolder', () => {
  it('takes folders as classes and PNG files as images, in order, and passes over the rest', async () => {
    const dir = folderOf({
      'dog/2.png': image(3, 4),
      'dog/10.PNG': image(1, 2),
      'cat/x.png': image(5, 6),
      'cat/notes.txt': [0],
      'cat/.hidden.png': [0],
      'empty/readme': [0],
      '.git/x.png': [0],
      'top.png': [0],
    });
    expect(await imageFolder(dir, { decode })).toEqual({
      count: 3,
      shape: [1, 2, 1],
      images: Uint8Array.of(5, 6, 1, 2, 3, 4),
      levels: 256,
      labels: Uint8Array.of(0, 1, 1),
      classes: ['cat', 'dog'],
    });
  });

  it('takes decoders that answer later, clamped bytes, and copies what they give', async () => {
    const dir = folderOf({ 'a/1.png': image(1, 2), 'a/2.png': image(3, 4) });
    const shared = new Uint8ClampedArray(2);
    const reusing = async (bytes: Uint8Array) => {
      shared.set(Array.from(decode(bytes).data));
      return { width: 2, height: 1, channels: 1, data: shared };
    };
    expect([...(await imageFolder(dir, { decode: reusing })).images]).toEqual([1, 2, 3, 4]);
  });

  it('refuses what does not fit, naming the file', async () => {
    const message = (
      files: Readonly<Record<string, Uint8Array | readonly number[]>>,
      decoder: typeof decode = decode,
    ) => rejection('data', imageFolder(folderOf(files), { decode: decoder }));
    expect(await message({})).toMatch(/expected PNG files in a folder for each class, found none$/);
    expect(await message({ 'a.png': image(1, 2) })).toMatch(/found none$/);
    const refuses = () => Promise.reject(new Error('no image'));
    expect(
      await rejection('data', imageFolder(folderOf({ 'a/1.png': image(1, 2) }), { decode: refuses })),
    ).toMatch(/1\.png: expected to decode it, got: no image$/);
    const column = png(1, 2, Uint8Array.of(0, 1, 0, 2));
    expect(await message({ 'a/1.png': image(1, 2), 'b/2.png': column })).toMatch(
      /2\.png: expected an image \[1, 2, 1\] as .*1\.png, got \[2, 1, 1\]$/,
    );
    const flat = { width: 2, height: 1, channels: 1, data: Uint8Array.of(1, 2) };
    const decoded: [object, RegExp][] = [
      [{ height: 2 }, /1\.png: expected 2 × 2 × 1 values .* got 2$/],
      [{ width: 0, data: new Uint8Array(0) }, /1\.png: expected 1 × 0 × 1 values/],
      [{ data: Uint16Array.of(1, 2) }, /1\.png: byte 24: expected 8 bits a channel, got another depth$/],
      [{ data: Uint16Array.of(1, 2), depth: 16 }, /1\.png: byte 24: expected 8 bits a channel, got 16$/],
      [{ depth: 4 }, /1\.png: byte 24: expected 8 bits a channel, got 4$/],
      [{ palette: [[0, 0, 0]] }, /1\.png: byte 25: expected colours, got a palette that was not looked up$/],
    ];
    for (const [change, what] of decoded) {
      expect(await message({ 'a/1.png': image(1, 2) }, () => ({ ...flat, ...change }))).toMatch(what);
    }
    expect(await rejection('data', imageFolder(join(newFolder(), 'absent'), { decode }))).toMatch(
      /absent: expected to list/,
    );
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}/x.png`, image(1, 2)]));
    expect(await message(many)).toMatch(/expected at most 256 classes, found 257$/);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageFolder, type DecodedImage } from '../../src/node';
import { rejection } from '../failure';
import { folders } from './folder';

const newFolder = folders();

/** A decoder of width, height, channels and the values, a byte each: a format of the tests. */
function decode([width = 0, height = 0, channels = 0, ...values]: Uint8Array): DecodedImage {
  if (width === 0) throw new Error('no image');
  return { width, height, channels, data: Uint8Array.from(values) };
}

function folderOf(files: Readonly<Record<string, readonly number[]>>): string {
  const dir = newFolder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), Uint8Array.from(bytes));
  }
  return dir;
}
const image = (a: number, b: number) => [2, 1, 1, a, b];

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
      labels: Uint8Array.of(0, 1, 1),
      classes: ['cat', 'dog'],
    });
  });

  it('takes decoders that answer later, clamped bytes, and copies what they give', async () => {
    const dir = folderOf({ 'a/1.png': image(1, 2), 'a/2.png': image(3, 4) });
    const shared = new Uint8ClampedArray(2);
    const reusing = async (bytes: Uint8Array) => {
      shared.set(bytes.subarray(3));
      return { width: 2, height: 1, channels: 1, data: shared };
    };
    expect([...(await imageFolder(dir, { decode: reusing })).images]).toEqual([1, 2, 3, 4]);
  });

  it('refuses what does not fit, naming the file', async () => {
    const message = (files: Readonly<Record<string, readonly number[]>>, decoder: typeof decode = decode) =>
      rejection('data', imageFolder(folderOf(files), { decode: decoder }));
    expect(await message({})).toMatch(/expected PNG files in a folder for each class, found none$/);
    expect(await message({ 'a.png': image(1, 2) })).toMatch(/found none$/);
    expect(await message({ 'a/1.png': [0] })).toMatch(/1\.png: expected to decode it, got: no image$/);
    expect(await message({ 'a/1.png': image(1, 2), 'b/2.png': [1, 2, 1, 3, 4] })).toMatch(
      /2\.png: expected an image \[1, 2, 1\] as .*1\.png, got \[2, 1, 1\]$/,
    );
    expect(await message({ 'a/1.png': [2, 2, 1, 3, 4] })).toMatch(
      /1\.png: expected 2 × 2 × 1 values .* got 2$/,
    );
    expect(await message({ 'a/1.png': [2, 0, 1] })).toMatch(/1\.png: expected 0 × 2 × 1 values/);
    const deep = () => ({ width: 2, height: 1, channels: 1, data: Uint16Array.of(1, 2) });
    expect(await message({ 'a/1.png': image(1, 2) }, deep)).toMatch(/1\.png: expected 8 bits a channel/);
    expect(await rejection('data', imageFolder(join(newFolder(), 'absent'), { decode }))).toMatch(
      /absent: expected to list/,
    );
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}/x.png`, image(1, 2)]));
    expect(await message(many)).toMatch(/expected at most 256 classes, found 257$/);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageFolder, readPictures } from '../../src/node';
import { rejection } from '../failure';
import { folders } from './folder';
import { greyRow as image, png } from './png';

const newFolder = folders();

type Files = Readonly<Record<string, Uint8Array | readonly number[]>>;

function folderOf(files: Files): string {
  const dir = newFolder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(join(dir, name), Uint8Array.from(bytes));
    else mkdirSync(join(dir, name), { recursive: true });
  }
  return dir;
}

const jpeg = new Uint8Array(readFileSync(new URL('../fixtures/pictures/one-pixel.jpg', import.meta.url)));
/** One row of colours, with alpha where there are four values to a pixel. */
const colours = (...pixels: (readonly number[])[]) =>
  png(pixels.length, 1, Uint8Array.of(0, ...pixels.flat()), { colour: pixels[0]!.length === 3 ? 2 : 6 });

describe('imageFolder', () => {
  it('takes folders as classes and tells what it passes over', async () => {
    const dir = folderOf({
      'dog/2.png': image(3, 4),
      'dog/10.PNG': image(1, 2),
      'cat/x.png': image(5, 6),
      'cat/notes.txt': [0],
      'cat/.hidden.png': [0],
      'cat/deeper/x.png': image(5, 6),
      'empty/readme': [0],
      '.git/x.png': [0],
      'top.png': image(7, 8),
      'list.csv': [0],
    });
    expect(await imageFolder(dir)).toEqual({
      set: {
        count: 3,
        shape: [1, 2, 1],
        images: Uint8Array.of(5, 6, 1, 2, 3, 4),
        levels: 256,
        labels: Uint8Array.of(0, 1, 1),
        classes: ['cat', 'dog'],
      },
      empty: ['empty'],
      notes: [
        'passed over: 1 .csv, 1 .txt in cat, 1 folder in cat, 1 file in empty, 1 folder without pictures (empty)',
        'passed over: 1 picture beside the folders of classes',
      ],
    });
  });

  it('reads a folder without folders as a set without classes', async () => {
    const { set, notes } = await imageFolder(folderOf({ 'b.png': image(3, 4), 'a.png': image(1, 2) }));
    expect(set).toMatchObject({ count: 2, classes: [], images: Uint8Array.of(1, 2, 3, 4) });
    expect(notes).toEqual([]);
  });

  it('reads JPEG beside PNG, whatever the files are called', async () => {
    const dir = folderOf({ 'a/1.png': image(9), 'a/2.JPEG': jpeg, 'a/3.png': jpeg, 'b/4.jpg': image(7) });
    const { set, notes } = await imageFolder(dir);
    expect([...set.images]).toEqual([9, set.images[1], set.images[1], 7]);
    expect(set.classes).toEqual(['a', 'b']);
    expect(notes).toEqual([]);
  });

  it('joins grey, colours and opaque alpha, and says how', async () => {
    const dir = folderOf({
      'a/1.png': image(5, 6),
      'a/2.png': colours([1, 2, 3], [4, 5, 6]),
      'b/3.png': colours([7, 8, 9, 255], [10, 11, 12, 255]),
    });
    const { set, notes } = await imageFolder(dir);
    expect(set.shape).toEqual([1, 2, 3]);
    expect([...set.images]).toEqual([5, 5, 5, 6, 6, 6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(notes).toEqual([
      'grey pictures read as colours, like the others: 1 of 3',
      'opaque alpha channels left out: 1 of 3',
    ]);
  });

  it('keeps alpha that says something', async () => {
    const { set, notes } = await imageFolder(
      folderOf({ 'a/1.png': colours([7, 8, 9, 0]), 'a/2.png': colours([1, 2, 3, 255]) }),
    );
    expect(set.shape).toEqual([1, 1, 4]);
    expect(notes).toEqual([]);
  });

  it('passes over links that lead nowhere, round or up, and pipes', async () => {
    const dir = folderOf({ 'a/1.png': image(1, 2) });
    symlinkSync('nowhere', join(dir, 'dead'));
    symlinkSync('loop', join(dir, 'loop'));
    symlinkSync('loop.png', join(dir, 'a', 'loop.png'));
    symlinkSync('..', join(dir, 'a', 'up'));
    symlinkSync('.', join(dir, 'self'));
    symlinkSync(join(dir, 'a', '1.png'), join(dir, 'a', '2.png'));
    execFileSync('mkfifo', [join(dir, 'a', 'pipe.png')]);
    const { set, notes } = await imageFolder(dir);
    expect([...set.images]).toEqual([1, 2, 1, 2]);
    expect(notes).toEqual([
      'passed over: 2 broken links, 1 broken link in a, 1 special file in a, 1 folder in a, self (a link to a folder above)',
    ]);
  });

  it('refuses what does not fit, naming the file or folder', async () => {
    const message = (files: Files) => rejection('data', imageFolder(folderOf(files)));
    expect(await message({})).toMatch(/: expected PNG or JPEG files in it or in folders within, found none$/);
    expect(await message({ 'a.txt': [0] })).toMatch(/found none but 1 \.txt$/);
    expect(await message({ 'train/cat/1.png': image(1) })).toMatch(
      /found none; the folders within \(train\) hold folders: give one of them$/,
    );
    expect(await message({ 'cat/1.png': image(1), 'dog/1.webp': [0], 'dog/2.webp': [0] })).toMatch(
      /dog: expected PNG or JPEG files, found 2 \.webp$/,
    );
    expect(
      await message({ 'a/1.png': image(1, 2), 'b/2.png': png(1, 2, Uint8Array.of(0, 1, 0, 2)) }),
    ).toMatch(/2\.png: expected an image \[1, 2, 1\] as .*1\.png, got \[2, 1, 1\]$/);
    expect(await rejection('data', imageFolder(join(newFolder(), 'absent')))).toMatch(
      /absent: expected to list/,
    );
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}/x.png`, image(1, 2)]));
    expect(await message(many)).toMatch(/expected at most 256 classes, found 257$/);
  });
});

describe('readPictures', () => {
  it('gives all pictures the channels that are asked for, where that loses nothing', async () => {
    const dir = folderOf({ '1.png': image(5), '2.png': colours([7, 7, 7, 255]) });
    for (const [channels, pixels] of [
      [1, [5, 7]],
      [2, [5, 255, 7, 255]],
      [3, [5, 5, 5, 7, 7, 7]],
      [4, [5, 5, 5, 255, 7, 7, 7, 255]],
    ] as const) {
      const { images, notes } = await readPictures(dir, { channels });
      expect([...images.images]).toEqual(pixels);
      expect(images.shape).toEqual([1, 1, channels]);
      expect(notes).toEqual([]);
    }
    const red = folderOf({ 'red.png': colours([7, 0, 0]) });
    expect(await rejection('data', readPictures(red, { channels: 1 }))).toMatch(
      /red\.png: expected opaque grey pixels, got \[1, 1, 3\] with colours$/,
    );
    const clear = folderOf({ 'clear.png': colours([7, 0, 0, 9]) });
    expect(await rejection('data', readPictures(clear, { channels: 3 }))).toMatch(
      /expected opaque pixels, got \[1, 1, 4\] with transparency$/,
    );
  });

  it('reads one file, and refuses a pipe without waiting for it', async () => {
    const dir = folderOf({ 'one.png': image(5) });
    expect((await readPictures(join(dir, 'one.png'))).names).toEqual(['one.png']);
    execFileSync('mkfifo', [join(dir, 'pipe.png')]);
    expect(await rejection('data', readPictures(join(dir, 'pipe.png')))).toMatch(
      /expected a file, got a pipe$/,
    );
    expect(await rejection('data', readPictures('/dev/zero'))).toMatch(/expected a file, got a device$/);
  });
});

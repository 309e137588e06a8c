import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { checkPng } from '../files/png';
import type { ImageSet } from '../image/imageSet';
import { attempt } from './failure';

/** A decoded image, row-major, the channels of a pixel together. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** 8 bits for each value. An array of another type is refused. */
  readonly data: ArrayLike<number>;
  /** Bits of a value, if the decoder tells. Anything but 8 is refused. */
  readonly depth?: number;
  /** The palette, if the decoder has not looked its colours up. Such an image is refused. */
  readonly palette?: unknown;
}

/** How to read a folder of images. */
export interface ImageFolderOptions {
  /**
   * Makes pixels of the bytes of a PNG file, such as `decode` of the package fast-png. Every file
   * passes {@link checkPng} first.
   */
  readonly decode: (bytes: Uint8Array) => DecodedImage | Promise<DecodedImage>;
}

/**
 * The PNG files in the folders of `dir`, one folder for each class: `dir/cat/1.png`,
 * `dir/dog/7.png`.
 *
 * Classes are the names of the folders that hold a PNG file. Classes, and the images of a class,
 * are sorted by the UTF-16 codes of their names. Other files and names that begin with a dot are
 * ignored. All images must have the same size and 8 bits for each channel, and `decode` must look
 * the colours of a palette up.
 *
 * @param dir - The folder.
 * @returns Arrays that the caller owns.
 * @throws IResNetError (data), naming the file or folder: no images, more than 256 classes, a
 * damaged file ({@link checkPng}) or one that `decode` cannot read, an image of another size than
 * the first, or with another number of values than its size says.
 *
 * @example
 * ```ts
 * import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { imageFolder } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * mkdirSync(join(dir, 'dark'));
 * const png =
 *   'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgZAIAAAcABHZJ4ygAAAAA' +
 *   'SUVORK5CYII=';
 * writeFileSync(join(dir, 'dark', 'a.png'), Buffer.from(png, 'base64'));
 * // In earnest: import { decode } from 'fast-png';
 * const decode = () => ({ width: 2, height: 1, channels: 1, data: Uint8Array.of(1, 2) });
 * const set = await imageFolder(dir, { decode });
 * console.log(set.classes, set.shape); // [ 'dark' ] [ 1, 2, 1 ]
 * ```
 */
export async function imageFolder(dir: string, options: ImageFolderOptions): Promise<ImageSet> {
  checkOptions('datasets.imageFolder', options, { decode: true });
  const classes: string[] = [];
  const files: { path: string; label: number }[] = [];
  for (const name of await namesOf(dir)) {
    const folder = join(dir, name);
    const isFolder = (await attempt('read', folder, () => stat(folder))).isDirectory();
    const images = isFolder ? (await namesOf(folder)).filter((file) => /\.png$/i.test(file)) : [];
    if (images.length === 0) continue;
    for (const image of images) files.push({ path: join(folder, image), label: classes.length });
    classes.push(name);
  }
  if (files.length === 0) {
    throw new IResNetError('data', dir, 'expected PNG files in a folder for each class, found none');
  }
  if (classes.length > 256) {
    throw new IResNetError('data', dir, `expected at most 256 classes, found ${classes.length}`);
  }

  const pixels: Uint8Array[] = [];
  let first: { path: string; shape: ImageSet['shape'] } | undefined;
  for (const { path } of files) {
    const { data, shape } = await decodeFile(path, options.decode);
    first ??= { path, shape };
    if (shape.join() !== first.shape.join()) {
      const what = `expected an image [${first.shape.join(', ')}] as ${first.path}, got [${shape.join(', ')}]`;
      throw new IResNetError('data', path, what);
    }
    pixels.push(data);
  }
  const { shape } = first!;
  const images = new Uint8Array(files.length * shape[0] * shape[1] * shape[2]);
  for (const [i, data] of pixels.entries()) images.set(data, i * data.length);
  return {
    count: files.length,
    shape,
    images,
    levels: 256,
    labels: Uint8Array.from(files, ({ label }) => label),
    classes,
  };
}

async function decodeFile(path: string, decode: ImageFolderOptions['decode']) {
  const bytes = await attempt('read', path, () => readFile(path));
  checkPng(bytes, { file: path });
  const image = await attempt('decode', path, async () => decode(bytes));
  const { width, height, channels, data, depth = 8, palette } = image;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || depth !== 8) {
    const got = depth === 8 ? 'another depth' : `${depth}`;
    throw new IResNetError('data', path, `byte 24: expected 8 bits a channel, got ${got}`);
  }
  if (palette !== undefined) {
    throw new IResNetError('data', path, 'byte 25: expected colours, got a palette that was not looked up');
  }
  if (!(data.length > 0 && data.length === width * height * channels)) {
    const what = `expected ${height} × ${width} × ${channels} values from the decoder, got ${data.length}`;
    throw new IResNetError('data', path, what);
  }
  return { data: Uint8Array.from(data), shape: [height, width, channels] as const };
}

/** The visible names in a folder, in the order of their UTF-16 codes on every machine. */
async function namesOf(dir: string): Promise<string[]> {
  const names = await attempt('list', dir, () => readdir(dir));
  return names.filter((name) => !name.startsWith('.')).sort();
}

import { statSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';
import { readBytes, reading } from '@iresnet/core/node';
import { parseNpy } from '../files/npy';
import type { Images } from '../image/imageSet';
import { limits } from '../limits';
import { readPictures, type ReadPicturesOptions } from './readPictures';

/** Images of files, with 256 levels. */
export interface ReadImages {
  readonly images: Images;
  /** What each image goes by below its folder; null for those of an array. */
  readonly names: readonly string[] | null;
  /** The folder within that each image lies in, where each lies in one; else null. */
  readonly labels: readonly string[] | null;
  /** Sentences for the user: what was passed over, and how channels were joined. */
  readonly notes: readonly string[];
}

/**
 * The images of a folder of PNG or JPEG files, of such a file, or of an `.npy` file that holds
 * uint8 `[n, h, w, c]` or `[n, h, w]`.
 *
 * @param path - Its ending decides what a file is.
 * @param options - As for {@link readPictures}; an array has the channels that it has.
 * @returns Arrays that the caller owns.
 * @throws IResNetError (data), naming the file or folder: another file, an array of other values or
 * more bytes than {@link limits} say, and what {@link readPictures} refuses.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { toNpy } from '@iresnet/datasets';
 * import { readImages } from '@iresnet/datasets/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'images.npy');
 * writeFileSync(file, toNpy(Uint8Array.of(0, 255, 128, 3), [2, 1, 2]));
 * const { images } = await readImages(file);
 * console.log(images.count, images.shape); // 2 [ 1, 2, 1 ]
 * ```
 */
export async function readImages(path: string, options: ReadPicturesOptions = {}): Promise<ReadImages> {
  const found = reading(path, 'pictures', () => statSync(path, { throwIfNoEntry: false }));
  if (found?.isFile() && /\.npy$/i.test(path))
    return { images: readArray(path, found.size), names: null, labels: null, notes: [] };
  if (!(found?.isDirectory() || (found && /\.(png|jpe?g|jpe|jfif)$/i.test(path)))) {
    const what = 'a folder of PNG or JPEG files, such a file or an .npy file';
    throw new IResNetError('data', path, `expected ${what}, got ${found ? 'another file' : 'nothing there'}`);
  }
  const { images, names, labels, notes } = await readPictures(path, options);
  const known = labels.filter((label) => label !== null);
  return { images, names, labels: known.length === names.length ? known : null, notes };
}

function readArray(file: string, size: number): Images {
  if (size > limits.imageBytes)
    throw new IResNetError('data', file, `expected at most ${limits.imageBytes} bytes, got ${size}`);
  const { shape, data } = parseNpy(readBytes(file, 'an npy file'), { file });
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (!(data instanceof Uint8Array && (shape.length === 3 || shape.length === 4) && data.length > 0)) {
    const type = data.constructor.name.replace('Array', '').toLowerCase();
    const what = `expected uint8 [n,h,w,c] or [n,h,w], got ${type} [${shape.join()}]`;
    throw new IResNetError('data', file, what);
  }
  return { count, shape: [height, width, channels], images: data.slice(), levels: 256 };
}

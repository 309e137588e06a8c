import { stat } from 'node:fs/promises';
import { IResNetError } from '@iresnet/core';
import { takeImages, type ImageSet } from '../image/imageSet';
import { limits } from '../limits';
import { attempt } from './failure';
import { readPictures, type PictureSet } from './readPictures';

/** Images of a folder with what there is to say about them. */
export interface ImageFolder extends Pick<PictureSet, 'empty' | 'notes'> {
  readonly set: ImageSet;
}

/**
 * The pictures in the folders of `dir`, one folder for each class: `dir/cat/1.png`,
 * `dir/dog/7.jpg`.
 *
 * Classes are the names of the folders that hold pictures. Classes, and the images of a class, are
 * sorted by the UTF-16 codes of their names. Pictures beside the folders of classes are passed
 * over, as is everything that {@link readPictures} passes over; `notes` tell it, and `empty` names
 * the folders without pictures, so that a class cannot vanish unnoticed. A folder of pictures
 * without folders gives a set without classes, whose labels mean nothing.
 *
 * @param dir - The folder.
 * @returns Arrays that the caller owns.
 * @throws IResNetError (data), naming the file or folder: as {@link readPictures}; more than 256
 * classes.
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
 * mkdirSync(join(dir, 'light'));
 * const png =
 *   'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgZAIAAAcABHZJ4ygAAAAA' +
 *   'SUVORK5CYII=';
 * writeFileSync(join(dir, 'dark', 'a.png'), Buffer.from(png, 'base64'));
 * const { set, empty } = await imageFolder(dir);
 * console.log(set.classes, set.shape, empty); // [ 'dark' ] [ 1, 2, 1 ] [ 'light' ]
 * ```
 */
export async function imageFolder(dir: string): Promise<ImageFolder> {
  const isFolder = (await attempt('list', dir, () => stat(dir))).isDirectory();
  if (!isFolder) throw new IResNetError('data', dir, 'expected a folder of pictures, got a file');
  const { images, labels, empty, notes } = await readPictures(dir);
  const classes = [...new Set(labels.filter((label) => label !== null))];
  if (classes.length > limits.imageClasses) {
    const what = `expected at most ${limits.imageClasses} classes, found ${classes.length}`;
    throw new IResNetError('data', dir, what);
  }
  const all = {
    ...images,
    classes,
    labels: Uint8Array.from(labels, (label) => Math.max(classes.indexOf(label!), 0)),
  };
  const loose = labels.filter((label) => label === null).length;
  if (classes.length === 0 || loose === 0) return { set: all, empty, notes };
  const chosen = labels.flatMap((label, i) => (label === null ? [] : [i]));
  const note = `passed over: ${loose} ${loose === 1 ? 'picture' : 'pictures'} beside the folders of classes`;
  return { set: takeImages(all, chosen), empty, notes: [...notes, note] };
}

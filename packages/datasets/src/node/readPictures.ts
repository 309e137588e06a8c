import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import type { Images } from '../image/imageSet';
import { hasAlpha, hasColours, isOpaque, withChannels, type Picture } from '../image/picture';
import { limits } from '../limits';
import { decodePicture } from './decodePicture';
import { attempt } from './failure';
import { few, pictureFiles, type PictureFile } from './pictureFiles';
import { readWhole } from './readWhole';

/** How to read pictures. */
export interface ReadPicturesOptions {
  /**
   * The channels that all shall have, 1 to 4. By default as few as lose nothing: alpha goes where
   * all pictures are opaque, and greys become colours where others have some.
   */
  readonly channels?: number;
}

/** Pictures of files. */
export interface PictureSet {
  readonly images: Images;
  /** What each picture goes by below the folder: `1.png`, or `cat/1.png`. */
  readonly names: readonly string[];
  /** The folder within that each picture lies in, if it does. */
  readonly labels: readonly (string | null)[];
  /** Folders within that hold no pictures. */
  readonly empty: readonly string[];
  /** Sentences for the user: what was passed over, and how channels were joined. */
  readonly notes: readonly string[];
}

/** What a picture must be to have so many channels without loss. */
const FITTING: Readonly<Record<number, string>> = {
  1: 'opaque grey pixels',
  2: 'grey pixels',
  3: 'opaque pixels',
};

/** A picture with the file that it comes from. */
interface Read {
  readonly file: PictureFile;
  readonly picture: Picture;
}

/**
 * The pictures of a PNG or JPEG file, or of all such files in a folder and in the folders within
 * it.
 *
 * Names that begin with a dot are not looked at. What else is passed over is told in `notes`, by
 * kind and folder. All pictures must have the same size. Those of grey, of colours and with an
 * opaque alpha channel are joined without loss, and the notes say how.
 *
 * @param path - A file or a folder.
 * @returns Arrays that the caller owns; labels and names in the order of the images.
 * @throws IResNetError (argument) for other channels than 1 to 4. Kind data, naming the file or
 * folder: no pictures, a folder within that has only pictures of other formats, a file that
 * {@link decodePicture} refuses, a picture of another size than the first, one that cannot have the
 * channels of the others, too many ({@link limits}).
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { readPictures } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * const png =
 *   'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgZAIAAAcABHZJ4ygAAAAA' +
 *   'SUVORK5CYII=';
 * writeFileSync(join(dir, 'a.png'), Buffer.from(png, 'base64'));
 * writeFileSync(join(dir, 'about.txt'), 'two pixels');
 * const { images, names, notes } = await readPictures(dir, { channels: 3 });
 * console.log(images.shape, names, notes); // [ 1, 2, 3 ] [ 'a.png' ] [ 'passed over: 1 .txt' ]
 * ```
 */
export async function readPictures(path: string, options: ReadPicturesOptions = {}): Promise<PictureSet> {
  const where = 'datasets.readPictures';
  checkOptions(where, options, { channels: true });
  const { channels } = options;
  ensure(
    channels === undefined || [1, 2, 3, 4].includes(channels),
    where,
    () => `expected 1 to 4 channels, got ${channels}`,
  );
  const found = await attempt('read', path, () => stat(path));
  const only = { path, name: basename(path), label: null };
  const { files, empty, passedOver } = found.isDirectory()
    ? await pictureFiles(path)
    : { files: [only], empty: [], passedOver: [] };
  const { pictures, notes } = await join(path, files, channels);
  const { shape } = pictures[0]!;
  const size = shape[0] * shape[1] * shape[2];
  const images = new Uint8Array(files.length * size);
  for (const [i, { data }] of pictures.entries()) images.set(data, i * size);
  return {
    images: { count: files.length, shape, images, levels: 256 },
    names: files.map(({ name }) => name),
    labels: files.map(({ label }) => label),
    empty,
    notes: [...(passedOver.length > 0 ? [`passed over: ${few(passedOver)}`] : []), ...notes],
  };
}

/** The pictures of files, all of one size and with the same channels. */
async function join(dir: string, files: readonly PictureFile[], wanted: number | undefined) {
  const read: Read[] = [];
  for (const file of files) {
    const picture = decodePicture(await readWhole(file.path, limits.pictureBytes), { file: file.path });
    const first = read[0] ?? { file, picture };
    const [height, width] = first.picture.shape;
    if (picture.shape[0] !== height || picture.shape[1] !== width) {
      const what = `expected an image [${first.picture.shape.join(', ')}] as ${first.file.path}, got [${picture.shape.join(', ')}]`;
      throw new IResNetError('data', file.path, what);
    }
    if (files.length * picture.data.length > limits.imageBytes) {
      const what = `expected pictures of at most ${limits.imageBytes} bytes in all, got ${files.length} of ${picture.data.length}`;
      throw new IResNetError('data', dir, what);
    }
    read.push({ file, picture });
  }
  const alpha = wanted === undefined && needsAlpha(read);
  const coloured = read.filter(({ picture }) => hasColours(picture)).length;
  const channels = wanted ?? (coloured > 0 ? 3 : 1) + Number(alpha);
  const pictures = read.map(({ file, picture }) => {
    const fitted = withChannels(picture, channels);
    if (fitted) return fitted;
    const what = `expected ${FITTING[channels]}, got [${picture.shape.join(', ')}] with ${isOpaque(picture) || channels === 2 ? 'colours' : 'transparency'}`;
    throw new IResNetError('data', file.path, what);
  });
  const notes: string[] = [];
  const opaque = read.filter(({ picture }) => hasAlpha(picture)).length;
  if (wanted === undefined && coloured > 0 && coloured < read.length)
    notes.push(`grey pictures read as colours, like the others: ${read.length - coloured} of ${read.length}`);
  if (wanted === undefined && !alpha && opaque > 0)
    notes.push(`opaque alpha channels left out: ${opaque} of ${read.length}`);
  return { pictures, notes };
}

/**
 * Whether pictures are transparent: all of them may be, but not some beside others without alpha.
 */
function needsAlpha(read: readonly Read[]): boolean {
  const transparent = read.find(({ picture }) => !isOpaque(picture));
  const without = read.find(({ picture }) => !hasAlpha(picture));
  if (transparent && without) {
    const what = `expected opaque pixels as in ${without.file.path}, which has no alpha channel, got transparent ones`;
    throw new IResNetError('data', transparent.file.path, what);
  }
  return transparent !== undefined;
}

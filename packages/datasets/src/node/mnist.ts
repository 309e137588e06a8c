import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { parseIdx } from '../files/idx';
import type { ImageSet } from '../image/imageSet';
import { checkSplit, loadFile, loadPublished, namesIn, type LoadedFile, type LoadOptions } from './load';
import { FASHION_MNIST, KMNIST, MNIST, type IdxFiles, type PublishedFile } from './sources';

const SIDE = 28;

/** The published training images have 47,040,016 bytes. */
const MAX_BYTES = 48_000_000;

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 × 28 × 1, classes `0` … `9`.
 *
 * From `dir` if it has the files (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-…`, with or without `.gz`), else from the
 * cache ({@link cacheDir}), to which the 11.6 MB of the set's two splits are downloaded once and verified by their SHA-256.
 *
 * @returns Arrays of the caller's own.
 * @throws IResNetError (data), naming the file: images without labels or another count of them, a label above 9, another image size, a
 * damaged file, and all that {@link download} throws. Kind argument for another split.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { mnist } from '@iresnet/datasets/node';
 *
 * // A set of one image in a folder; without `dir` the published one is downloaded.
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * const pixels = new Uint8Array(28 * 28);
 * const images = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, ...pixels];
 * writeFileSync(join(dir, 't10k-images-idx3-ubyte'), Uint8Array.from(images));
 * writeFileSync(join(dir, 't10k-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7));
 *
 * const set = await mnist({ split: 'test', dir });
 * console.log(set.count, set.shape, set.classes[set.labels[0]]); // 1 [ 28, 28, 1 ] 7
 * ```
 *
 * @see LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (Proc. IEEE, 1998).
 */
export async function mnist(options: LoadOptions): Promise<ImageSet> {
  return load('mnist', MNIST, '0 1 2 3 4 5 6 7 8 9'.split(' '), options);
}

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28 × 28 × 1, ten classes from T-shirt to ankle boot.
 *
 * Files, sources and errors as for {@link mnist}; the download has 30.9 MB.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { fashionMnist } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * const images = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, ...new Uint8Array(28 * 28)];
 * writeFileSync(join(dir, 'train-images-idx3-ubyte'), Uint8Array.from(images));
 * writeFileSync(join(dir, 'train-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 9));
 * const set = await fashionMnist({ split: 'train', dir });
 * console.log(set.classes[set.labels[0]]); // Ankle boot
 * ```
 *
 * @see Xiao, Rasul and Vollgraf, arXiv 1708.07747.
 */
export async function fashionMnist(options: LoadOptions): Promise<ImageSet> {
  const classes = 'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(',');
  return load('fashion-mnist', FASHION_MNIST, classes, options);
}

/**
 * Kuzushiji-MNIST: 60,000 training and 10,000 test images of cursive Japanese, 28 × 28 × 1, one hiragana for each row of the syllabary.
 *
 * Files, sources and errors as for {@link mnist}; the download has 21.2 MB.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { kmnist } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * const images = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, ...new Uint8Array(28 * 28)];
 * writeFileSync(join(dir, 'train-images-idx3-ubyte'), Uint8Array.from(images));
 * writeFileSync(join(dir, 'train-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 0));
 * const set = await kmnist({ split: 'train', dir });
 * console.log(set.classes[set.labels[0]]); // お
 * ```
 *
 * @see Clanuwat et al., arXiv 1812.01718.
 */
export async function kmnist(options: LoadOptions): Promise<ImageSet> {
  return load('kmnist', KMNIST, [...'おきすつなはまやれを'], options);
}

async function load(
  name: string,
  source: IdxFiles,
  classes: readonly string[],
  options: LoadOptions,
): Promise<ImageSet> {
  checkSplit(options.split, `datasets.${name}`);
  const published = source[options.split];
  const own = await fromFolder(options.dir, published);
  const images = own?.images ?? (await loadPublished(published.images, name, MAX_BYTES, options));
  const labels = own?.labels ?? (await loadPublished(published.labels, name, MAX_BYTES, options));
  return toImageSet(images, labels, classes);
}

/** Both files of a folder, or undefined when it has neither. */
async function fromFolder(
  dir: string | undefined,
  published: IdxFiles['train'],
): Promise<{ images: LoadedFile; labels: LoadedFile } | undefined> {
  const names = await namesIn(dir);
  const find = ({ url }: PublishedFile) => {
    const compressed = basename(url);
    const plain = compressed.replace(/\.gz$/, '');
    const name = [plain, compressed].find((candidate) => names.has(candidate));
    return { plain, path: name && join(dir!, name) };
  };
  const images = find(published.images);
  const labels = find(published.labels);
  if (!images.path && !labels.path) return undefined;
  if (!images.path || !labels.path) {
    // Images of one source with labels of another would be nonsense without an error.
    const [there, absent] = images.path ? [images, labels] : [labels, images];
    throw new IResNetError(
      'data',
      dir!,
      `expected ${absent.plain} (or .gz) beside ${there.plain}, found none`,
    );
  }
  return { images: await loadFile(images.path, MAX_BYTES), labels: await loadFile(labels.path, MAX_BYTES) };
}

function toImageSet(images: LoadedFile, labels: LoadedFile, classes: readonly string[]): ImageSet {
  const pixels = parseIdx(images.bytes, { file: images.path });
  const [count = 0, height, width] = pixels.shape;
  if (!(
    pixels.data instanceof Uint8Array &&
    pixels.shape.length === 3 &&
    height === SIDE &&
    width === SIDE
  )) {
    const got = `${pixels.data.constructor.name} [${pixels.shape.join(', ')}]`;
    throw new IResNetError('data', images.path, `byte 2: expected bytes [n, ${SIDE}, ${SIDE}], got ${got}`);
  }
  const indices = parseIdx(labels.bytes, { file: labels.path });
  if (!(indices.data instanceof Uint8Array && indices.shape.length === 1)) {
    const got = `${indices.data.constructor.name} [${indices.shape.join(', ')}]`;
    throw new IResNetError('data', labels.path, `byte 2: expected bytes [n], got ${got}`);
  }
  if (count === 0) throw new IResNetError('data', images.path, 'byte 4: expected images, got none');
  if (indices.data.length !== count) {
    const what = `byte 4: expected a label for each of ${count} images in ${images.path}, got ${indices.data.length}`;
    throw new IResNetError('data', labels.path, what);
  }
  const wrong = indices.data.findIndex((label) => label >= classes.length);
  if (wrong !== -1) {
    const what = `byte ${8 + wrong}: expected a label below ${classes.length}, got ${indices.data[wrong]} for image ${wrong}`;
    throw new IResNetError('data', labels.path, what);
  }
  return { count, shape: [SIDE, SIDE, 1], images: pixels.data, labels: indices.data, classes };
}

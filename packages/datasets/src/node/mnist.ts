import type { ImageSet } from '../image/imageSet';
import type { LoadOptions } from './load';
import { openDataset } from './openDataset';

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 × 28 × 1, classes `0` …
 * `9`.
 *
 * It reads the files in `dir` if they exist (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
 * `t10k-…`, with or without `.gz`). Otherwise it reads the cache ({@link cacheDir}), to which the
 * 11.6 MB of both splits are downloaded once and verified by their SHA-256.
 *
 * @returns Arrays that the caller owns.
 * @throws IResNetError (data), naming the file: images without labels or with another number of
 * them, a label above 9, another image size, a damaged file, and the errors of {@link download}.
 * Kind argument for another split.
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
 * console.log(set.count, set.shape, set.classes[set.labels[0]!]); // 1 [ 28, 28, 1 ] 7
 * ```
 *
 * @see LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition
 * (Proc. IEEE, 1998).
 */
export async function mnist(options: LoadOptions): Promise<ImageSet> {
  return openDataset('mnist', options);
}

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28 × 28 × 1, ten classes from
 * T-shirt to ankle boot.
 *
 * Files, sources and errors are those of {@link mnist}. The download has 30.9 MB.
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
 * console.log(set.classes[set.labels[0]!]); // Ankle boot
 * ```
 *
 * @see Xiao, Rasul and Vollgraf, arXiv 1708.07747.
 */
export async function fashionMnist(options: LoadOptions): Promise<ImageSet> {
  return openDataset('fashion-mnist', options);
}

/**
 * Kuzushiji-MNIST: 60,000 training and 10,000 test images of cursive Japanese, 28 × 28 × 1, one
 * hiragana for each row of the syllabary.
 *
 * Files, sources and errors are those of {@link mnist}. The download has 21.2 MB.
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
 * console.log(set.classes[set.labels[0]!]); // お
 * ```
 *
 * @see Clanuwat et al., arXiv 1812.01718.
 */
export async function kmnist(options: LoadOptions): Promise<ImageSet> {
  return openDataset('kmnist', options);
}

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { datasetRecord, type DatasetName } from '../catalog';
import { filesOf } from '../catalog/published';
import type { ImageSet } from '../image/imageSet';
import { cacheDir } from './cacheDir';
import { loadCifarSet } from './cifarSet';
import { loadIdxSet } from './idxSet';
import { checkSplit, type LoadOptions } from './load';

/**
 * A set of images by its name: from `dir`, the cache or its publisher.
 *
 * The facts of a set, such as its size and licence, stand in `catalog` of `@iresnet/datasets`. A
 * set that ships with the package needs no file; without test images of its own it has the split
 * `train` alone.
 *
 * @param name - A name of `datasetNames('images')`, such as `mnist`.
 * @param options - The split, and where to look for the files.
 * @returns Arrays that the caller owns.
 * @throws IResNetError (argument) for another name, with the nearest one, and for a split that the
 * set does not have. Kind data as {@link mnist} and {@link cifar10}.
 *
 * @example
 * ```ts
 * import { openDataset } from '@iresnet/datasets/node';
 *
 * const set = await openDataset('digits', { split: 'train' });
 * console.log(set.count, set.shape, set.levels); // 1797 [ 8, 8, 1 ] 17
 * ```
 */
export async function openDataset(name: DatasetName<'images'>, options: LoadOptions): Promise<ImageSet> {
  const where = 'datasets.openDataset';
  checkOptions(where, options, { split: true, dir: true, onProgress: true, signal: true, fetch: true });
  const record = datasetRecord(name, 'images');
  checkSplit(options.split, where);
  const { count, load, published } = record;
  ensure(
    count[options.split] > 0,
    where,
    () => `expected split 'train' of ${name}, which has no test images of its own, got '${options.split}'`,
  );
  if (published?.format === 'idx') return loadIdxSet(record, published, options);
  return published ? loadCifarSet(record, published, options) : load!();
}

/**
 * The folder of the cache that holds the files of a published set.
 *
 * @param name - A name of `datasetNames('images')`.
 * @throws IResNetError (data) as {@link cacheDir}.
 *
 * @example
 * ```ts
 * import { datasetFolder } from '@iresnet/datasets/node';
 *
 * console.log(datasetFolder('mnist')); // …/iresnet/mnist
 * ```
 */
export function datasetFolder(name: DatasetName<'images'>): string {
  return join(cacheDir(), datasetRecord(name, 'images').name);
}

/**
 * Whether a set of images can be opened without a download. It looks for the files, not into them.
 *
 * @param name - A name of `datasetNames('images')`.
 * @throws IResNetError (data) as {@link cacheDir}.
 *
 * @example
 * ```ts
 * import { isDownloaded } from '@iresnet/datasets/node';
 *
 * console.log(isDownloaded('digits')); // true: it ships with the package
 * ```
 */
export function isDownloaded(name: DatasetName<'images'>): boolean {
  const { published } = datasetRecord(name, 'images');
  if (published === null) return true;
  return filesOf(published).every(({ url }) =>
    existsSync(join(datasetFolder(name), basename(new URL(url).pathname))),
  );
}

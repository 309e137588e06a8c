import type { ImageSet } from '../image/imageSet';
import type { LoadOptions } from './load';
import { openDataset } from './openDataset';

/**
 * CIFAR-10: 50,000 training and 10,000 test colour images, 32 × 32 × 3, ten classes from airplane
 * to truck.
 *
 * It looks into `dir` first: for files of the binary version (`test_batch.bin` and those of
 * `data_batch_1.bin` … `data_batch_5.bin` that exist), in `dir` or in its folder
 * `cifar-10-batches-bin`, then for the archive `cifar-10-binary.tar.gz`. Otherwise it reads the
 * archive in the cache ({@link cacheDir}), to which the 170 MB are downloaded once and verified by
 * their SHA-256. Nothing is unpacked to the disk. The archive takes about 550 MB of memory at the
 * peak.
 *
 * @returns Arrays that the caller owns.
 * @throws IResNetError (data), naming the file and the record: see `parseCifar`,
 * `readTar` and {@link download}. Kind argument for another split.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { cifar10 } from '@iresnet/datasets/node';
 *
 * // A set of one image in a folder; without `dir` the published one is downloaded.
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * writeFileSync(join(dir, 'test_batch.bin'), Uint8Array.of(6, ...new Uint8Array(3072)));
 * const set = await cifar10({ split: 'test', dir });
 * console.log(set.count, set.shape, set.classes[set.labels[0]!]); // 1 [ 32, 32, 3 ] frog
 * ```
 *
 * @see Krizhevsky, Learning multiple layers of features from tiny images (2009).
 */
export async function cifar10(options: LoadOptions): Promise<ImageSet> {
  return openDataset('cifar10', options);
}

/**
 * CIFAR-100: 50,000 training and 10,000 test colour images, 32 × 32 × 3, a hundred classes (the
 * fine labels).
 *
 * Sources and errors are those of {@link cifar10}: `train.bin` and `test.bin`, in `dir` or in its
 * folder `cifar-100-binary`, or `cifar-100-binary.tar.gz`. The download has 169 MB.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { cifar100 } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * writeFileSync(join(dir, 'test.bin'), Uint8Array.of(4, 0, ...new Uint8Array(3072))); // coarse, then fine
 * const set = await cifar100({ split: 'test', dir });
 * console.log(set.classes[set.labels[0]!]); // apple
 * ```
 *
 * @see Krizhevsky, Learning multiple layers of features from tiny images (2009).
 */
export async function cifar100(options: LoadOptions): Promise<ImageSet> {
  return openDataset('cifar100', options);
}

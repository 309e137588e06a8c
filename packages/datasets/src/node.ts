/**
 * Data sets for Node: MNIST, Fashion-MNIST, KMNIST, CIFAR-10 and CIFAR-100 from a folder, the cache
 * or their publishers; folders of PNG and JPEG files; tables of any length from CSV, gzip and npy,
 * read as a stream. Downloads resume, are verified and can be shared by several processes.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { createRng } from '@iresnet/core';
 * import { batches, imageBatch, randomCrop, randomFlip, takeImages } from '@iresnet/datasets';
 * import { cifar10 } from '@iresnet/datasets/node';
 *
 * // Four images in a folder; without `dir` the published set is downloaded.
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * writeFileSync(join(dir, 'data_batch_1.bin'), new Uint8Array(4 * 3073));
 * const set = await cifar10({ split: 'train', dir });
 *
 * const rng = createRng(0);
 * const indices = batches(set.count, 2, rng.split('order')).next().value;
 * const augmented = randomFlip(randomCrop(takeImages(set, indices), [32, 32], rng, 4), rng);
 * const x = imageBatch(augmented, { noise: rng }); // in [−½, ½), as a model takes it
 * console.log(x.shape, tf.max(x).dataSync()[0]! < 0.5); // [ 2, 32, 32, 3 ] true
 * ```
 *
 * @packageDocumentation
 */
export { cacheDir } from './node/cacheDir';
export { download } from './node/download';
export type { DownloadOptions, DownloadProgress } from './node/downloadOptions';
export type { LoadOptions } from './node/load';
export { datasetFolder, isDownloaded, openDataset } from './node/openDataset';
export { fashionMnist, kmnist, mnist } from './node/mnist';
export { cifar10, cifar100 } from './node/cifar';
export { imageFolder, type ImageFolder } from './node/imageFolder';
export { readPictures, type PictureSet, type ReadPicturesOptions } from './node/readPictures';
export { readImages, type ReadImages } from './node/readImages';
export { decodePicture } from './node/decodePicture';
export { spooled } from './node/spool';
export { tableFiles } from './node/tableFiles';
export { countLines } from './node/countLines';
export {
  readTableFile,
  streamRows,
  surveyTableFile,
  type StreamRowsOptions,
  type TableFileOptions,
} from './node/tableFile';
export { encodeRecords, type Records } from './node/encodeRecords';

/**
 * Two-dimensional distributions with their true log-density and entropy, small tables, CSV, images,
 * splits and batches, in one catalogue.
 *
 * A density is judged by its held-out log-likelihood. On the sets of {@link toy2d} the best
 * possible value is known, so a number says how far a model is from the truth. Everything is
 * computed on the host from a seeded `Rng`: the same numbers on every backend, in Node and in the
 * browser. No file is fetched.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { batches, faithful, split, takeRows, toTensor, toy2d } from '@iresnet/datasets';
 *
 * // A Gaussian fitted to the two moons, and the truth.
 * const moons = toy2d('moons');
 * const x = moons.sample(2000, createRng(0)); // [2000, 2]
 * const { mean, variance } = tf.moments(x, 0);
 * const gaussian = tf.tidy(() => {
 *   const squares = tf.div(tf.square(tf.sub(x, mean)), variance);
 *   return tf.mul(-0.5, tf.sum(tf.add(squares, tf.log(tf.mul(2 * Math.PI, variance))), 1));
 * });
 * console.log('Gaussian', tf.mean(gaussian).dataSync()[0], 'true', -moons.entropy(), 'nats');
 *
 * // A real table: split, then mini-batches.
 * const table = faithful();
 * const [train, test] = split(table.rows, [0.8, 0.2], createRng(1));
 * const trainTable = takeRows(table, train);
 * const first = batches(trainTable.rows, 64, createRng(2)).next().value;
 * const batch = toTensor(takeRows(trainTable, first)); // [64, 2]
 * console.log(batch.shape, test.length, moons.logDensity(tf.tensor2d([[-1, 1.8]])));
 * ```
 *
 * {@link parseTable} reads a table from text, with any usual separator, with a header or without,
 * and tells by `onNotice` what it decided; in Node `readTableFile` and `streamRows` of
 * `@iresnet/datasets/node` read CSV, gzip and npy files of any length and encoding.
 * {@link tableRemarks} names codes for missing values, counters and atoms before a density is
 * fitted, and {@link encodeLabels} makes numbers of class names.
 *
 * Images are an {@link ImageSet} of whole numbers, the levels 0 … L − 1 of each pixel.
 * {@link imageBatch} makes a tensor of them in [−½, ½], the range that the models of
 * `@iresnet/model` take, and {@link toImages} makes images of the output of a model. With `noise` a
 * batch is dequantized for a density; bits per dimension are then −log p(x)/(d ln 2) + log₂ L.
 * {@link imageBatches} goes through a set in training, {@link randomCrop} and {@link randomFlip}
 * vary it, {@link splitImages} divides it:
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { digitImages, imageBatch, imageBatches, splitImages, toImages } from '@iresnet/datasets';
 *
 * const rng = createRng(0);
 * const [train] = splitImages(digitImages(), [0.9, 0.1], rng);
 * const steps = imageBatches(train!, { size: 64, rng: rng.split('order'), epochs: 1 });
 * for (const { step, set } of steps) {
 *   const noise = rng.split('noise').split(step);
 *   const x = imageBatch(set, { noise }); // [64, 8, 8, 1] in [−½, ½)
 *   const again = toImages(x, { levels: set.levels }); // the same pixels
 *   tf.dispose(x);
 *   console.log(step, again.images.every((level, i) => level === set.images[i])); // true
 *   if (step === 2) break;
 * }
 * ```
 *
 * Every data set is a record of the {@link catalog}: name, size, classes, source, licence and how
 * to load it. In Node, `openDataset` of `@iresnet/datasets/node` finds or downloads MNIST,
 * Fashion-MNIST, KMNIST, CIFAR-10 and CIFAR-100, and `imageFolder` reads folders of PNG
 * and JPEG files:
 *
 * ```ts
 * import type * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { imageBatch } from '@iresnet/datasets';
 * import { openDataset } from '@iresnet/datasets/node';
 *
 * async function firstBatch(): Promise<tf.Tensor4D> {
 *   // From the cache, or 10 MB from its publisher.
 *   const set = await openDataset('mnist', { split: 'train' });
 *   return imageBatch(set, { indices: [0, 1, 2, 3], noise: createRng(0) }); // [4, 28, 28, 1]
 * }
 * ```
 *
 * {@link parseIdx}, {@link parseCifar}, {@link parseNpy} and {@link readTar} read bytes from
 * anywhere and trust no header. {@link checkPng} and {@link checkJpeg} verify a
 * picture before a decoder sees it. The {@link limits} of all readers stand in one place.
 *
 * @packageDocumentation
 */
export { toy2d, toy2dNames } from './toy/toy2d';
export type { Bounds, Points, Toy2d } from './toy/contract';
export type { Toy2dName } from './toy/definitions';
export { parseTable, type ParseTableOptions } from './table/parseTable';
export { tableText } from './table/tableText';
export type { MissingRule, TableFileOptions } from './table/tableOptions';
export type { TableNotice } from './table/notice';
export type { ColumnOptions } from './table/columns';
export { groupingMarks, type DecimalMark, type GroupingMark } from './table/numbers';
export { encodeLabels, type EncodedLabels, type EncodeLabelsOptions } from './table/encodeLabels';
export {
  checkSchema,
  columnKindStructure,
  isDiscrete,
  isRead,
  readColumns,
  tableSchemaStructure,
  type ColumnKind,
  type ColumnSchema,
  type LeftOut,
  type TableSchema,
} from './table/schema';
export type { SurveyedTable } from './table/survey';
export { chosenSchema, describeSchema, type ColumnChoice } from './table/chosenSchema';
export { cellOf } from './table/cells';
export { momentIn, type Moment } from './table/dates';
export { recordLines, rowFields, type Field, type Value } from './records/field';
export { recordForms, writtenForm, type RecordForm, type WrittenForm } from './records/writtenForm';
export { tableRemarks } from './table/remarks';
export {
  completeRows,
  joinRows,
  sliceRows,
  takeRows,
  toTensor,
  type KeptCells,
  type LabelledTable,
  type RowFlaw,
  type Table,
} from './table/table';
export { digits } from './data/digits';
export { digitImages } from './data/digitImages';
export { faithful } from './data/faithful';
export { iris } from './data/iris';
export { quakes } from './data/quakes';
export { catalog, datasetNames, datasetRecord, type DatasetName } from './catalog';
export type { DatasetKind, DatasetRecord, ImagesRecord, TableRecord, ToyRecord } from './catalog/record';
export type { CifarSource, IdxSource, PublishedFile, PublishedSource } from './catalog/published';
export { labelBatch, takeImages, type Images, type ImageSet } from './image/imageSet';
export { imageBatch, type ImageBatchOptions } from './image/imageBatch';
export { toImages, type ToImagesOptions } from './image/toImages';
export { reduceBits, withLevels } from './image/requantize';
export type { Range } from './image/levels';
export { imageBatches, type ImageBatchesOptions, type ImageStep } from './image/imageBatches';
export { splitImages, type SplitImagesOptions } from './image/splitImages';
export { randomCrop, randomFlip } from './image/augment';
export { parseIdx, type IdxArray } from './files/idx';
export { parseCifar, type CifarRecords, type ParseCifarOptions } from './files/cifar';
export { parseNpy, toNpy, type NpyArray } from './files/npy';
export type { NumberArray } from './files/values';
export { readTar } from './files/tar';
export { checkPng } from './files/png';
export type { PngHeader } from './files/pngFile';
export { checkJpeg, type JpegHeader } from './files/jpeg';
export type { Picture } from './image/picture';
export { limits } from './limits';
export { split } from './split';
export { batches } from './batches';
export { prefetch, type PrefetchOptions } from './prefetch';

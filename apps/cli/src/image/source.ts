import { IResNetError, type Rng } from '@iresnet/core';
import {
  datasetRecord,
  imageBatch,
  imageBatches,
  labelBatch,
  randomCrop,
  randomFlip,
  splitImages,
  takeImages,
  withLevels,
  type Images,
  type ImageSet,
} from '@iresnet/datasets';
import { imageFolder, openDataset } from '@iresnet/datasets/node';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { basename } from 'node:path';
import type { Output } from '../output';
import type { ImageData, ImageKind, ImageRunConfig } from './config';
import { decodePng } from './readPng';

/** Images as they lie in their files. */
export interface LoadedImages {
  readonly title: string;
  readonly train: ImageSet;
  /** Test images of the set's own, if it has them. */
  readonly test: ImageSet | null;
}

/** Images to train on and images to be judged on. */
export interface ImageSource {
  readonly title: string;
  readonly classes: readonly string[];
  readonly train: ImageSet;
  /** For the validation curve. */
  readonly validation: ImageSet;
  readonly heldOut: ImageSet;
}

/** A batch on the device, owned by whoever asked for it. */
export interface ImageBatch {
  /** `[B, h, w, c]` in [−½, ½). */
  readonly x: Tensor;
  /** `[B]`, int32. */
  readonly labels: Tensor1D;
  readonly [name: string]: Tensor;
}

/** Held-out images that draw the curve of a set without validation images. */
const CURVE_IMAGES = 500;

/** Open the images of a run; a published set that is not in `dir` is downloaded into the cache. */
export async function loadImages(data: ImageData, output: Output): Promise<LoadedImages> {
  if (data.kind === 'folder') {
    const train = await imageFolder(data.folder, { decode: decodePng });
    return { title: basename(data.folder), train, test: null };
  }
  const { count, published } = datasetRecord(data.name, 'images');
  const options = data.dir === undefined ? {} : { dir: data.dir };
  if (published) output.log(`reading ${data.name} …`);
  const train = await openDataset(data.name, { split: 'train', ...options });
  const test = count.test > 0 ? await openDataset(data.name, { split: 'test', ...options }) : null;
  return { title: data.name, train, test };
}

/** What decides the defaults of a run. */
export function kindOf({ train }: LoadedImages): ImageKind {
  return { count: train.count, shape: train.shape, classes: train.classes.length };
}

/** The parts of a set that a run trains on, watches and is judged on. */
export function openImages(loaded: LoadedImages, config: ImageRunConfig, rng: Rng): ImageSource {
  const { train: all, test, title } = loaded;
  const held = test ? 0 : Math.round(config.holdOut * all.count);
  const rest = all.count - held - config.validation;
  if (rest < config.batchSize || (!test && held < 2)) {
    const what = `expected at least a batch of ${config.batchSize} images to train on and 2 to hold out, got ${rest} and ${test?.count ?? held} of ${all.count} (${config.validation} for validation)`;
    throw new IResNetError('data', title, what);
  }
  const [heldOut, validation, train] = splitImages(
    all,
    [held, config.validation, rest],
    rng.split('split'),
  ) as [ImageSet, ImageSet, ImageSet];
  const kept = test ?? heldOut;
  const shown = Array.from({ length: Math.min(CURVE_IMAGES, kept.count) }, (_, i) => i);
  return {
    title,
    classes: all.classes,
    train,
    heldOut: kept,
    validation: config.validation > 0 ? validation : takeImages(kept, shown),
  };
}

/** The batch of each step, which depends on the step alone. */
export function batchesOf({ train }: ImageSource, config: ImageRunConfig, order: Rng) {
  const { batchSize: size, augment, task } = config;
  let steps = imageBatches(train, { size, rng: order });
  let next = 0;
  return (step: number, rng: Rng): ImageBatch => {
    // Only a run that is resumed begins elsewhere.
    if (step !== next) steps = imageBatches(train, { size, rng: order, from: step });
    next = step + 1;
    let { set } = steps.next().value!;
    const [h, w] = set.shape;
    if (augment.shift > 0) set = randomCrop(set, [h, w], rng.split('crop'), augment.shift);
    if (augment.flip) set = randomFlip(set, rng.split('flip'));
    const noise = task === 'classify' ? {} : { noise: rng.split('noise') };
    return { x: imageBatch(set, noise), labels: labelBatch(set) };
  };
}

/** The bytes of a picture of each image, black to white. */
export function bytesOf(images: Images): Uint8Array {
  return withLevels(images, 256).images;
}

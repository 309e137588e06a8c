import { add, sub, tensor1d, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { IResNetError, type Rng } from '@iresnet/core';
import {
  batches,
  digitImages,
  imageBatch,
  randomCrop,
  randomFlip,
  split,
  takeImages,
  uniformDequantize,
  type ImageSet,
} from '@iresnet/datasets';
import { cifar10, cifar100, fashionMnist, imageFolder, kmnist, mnist } from '@iresnet/datasets/node';
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
  /** Values that a pixel can have. */
  readonly levels: number;
}

/** Images to train on and images to be judged on. */
export interface ImageSource {
  readonly title: string;
  readonly levels: number;
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

/** How each published set is read. */
export const publishedSets = { mnist, 'fashion-mnist': fashionMnist, kmnist, cifar10, cifar100 } as const;

/** Open the images of a run; a published set that is not in `dir` is downloaded into the cache. */
export async function loadImages(data: ImageData, output: Output): Promise<LoadedImages> {
  if (data.kind === 'folder') {
    const train = await imageFolder(data.folder, { decode: decodePng });
    return { title: basename(data.folder), train, test: null, levels: 256 };
  }
  if (data.name === 'digits') {
    const train = digitImages();
    return { title: 'digits', train, test: null, levels: train.levels };
  }
  const load = publishedSets[data.name];
  const options = data.dir === undefined ? {} : { dir: data.dir };
  output.log(`reading ${data.name} …`);
  const train = await load({ split: 'train', ...options });
  const test = await load({ split: 'test', ...options });
  return { title: data.name, train, test, levels: 256 };
}

/** What decides the defaults of a run. */
export function kindOf({ train }: LoadedImages): ImageKind {
  return { count: train.count, shape: train.shape, classes: train.classes.length };
}

/** The parts of a set that a run trains on, watches and is judged on. */
export function openImages(loaded: LoadedImages, config: ImageRunConfig, rng: Rng): ImageSource {
  const { train: all, test, title, levels } = loaded;
  const held = test ? 0 : Math.round(config.holdOut * all.count);
  const rest = all.count - held - config.validation;
  if (rest < config.batchSize || (!test && held < 2)) {
    const what = `expected at least a batch of ${config.batchSize} images to train on and 2 to hold out, got ${rest} and ${test?.count ?? held} of ${all.count} (${config.validation} for validation)`;
    throw new IResNetError('data', title, what);
  }
  const [heldOut, validation, training] = split(
    all.count,
    [held, config.validation, rest],
    rng.split('split'),
  );
  const kept = test ?? takeImages(all, heldOut);
  return {
    title,
    levels,
    classes: all.classes,
    train: takeImages(all, training),
    heldOut: kept,
    validation:
      config.validation > 0
        ? takeImages(all, validation)
        : takeImages(
            kept,
            Array.from({ length: Math.min(CURVE_IMAGES, kept.count) }, (_, i) => i),
          ),
  };
}

/** The batch of each step, which depends on the step alone. */
export function batchesOf(source: ImageSource, config: ImageRunConfig, order: Rng) {
  const { train, levels } = source;
  const { batchSize, augment, task } = config;
  let rows = batches(train.count, batchSize, order);
  let next = 0;
  return (step: number, rng: Rng): ImageBatch => {
    // Only a run that is resumed begins elsewhere.
    if (step !== next) rows = batches(train.count, batchSize, order, step);
    next = step + 1;
    let set = takeImages(train, rows.next().value);
    const [h, w] = set.shape;
    if (augment.shift > 0) set = randomCrop(set, [h, w], rng.split('crop'), augment.shift);
    if (augment.flip) set = randomFlip(set, rng.split('flip'));
    return toBatch(set, levels, task === 'classify' ? null : rng.split('noise'));
  };
}

/**
 * x = (k + u)/levels − ½: images as a model takes them.
 *
 * @param noise - Draws u uniform in [0, 1), for densities; without it u = ½.
 */
export function toBatch(set: ImageSet, levels: number, noise: Rng | null): ImageBatch {
  return {
    x: tidy(() => {
      const x = imageBatch({ ...set, levels });
      return noise ? sub(uniformDequantize(x, noise, levels), 0.5) : add(x, 0.5 / levels - 0.5);
    }),
    labels: tensor1d(Int32Array.from(set.labels), 'int32'),
  };
}

/** Pixels of images in [−½, ½] as bytes. */
export function toBytes(x: Tensor, levels: number): Uint8Array {
  return Uint8Array.from(x.dataSync(), (value) => {
    const level = Math.floor((value + 0.5) * levels);
    return Math.round((255 * Math.min(Math.max(level, 0), levels - 1)) / (levels - 1));
  });
}

/** The bytes of a set, stretched over the full range. */
export function stretched({ images }: ImageSet, levels: number): Uint8Array {
  return levels === 256 ? images : images.map((k) => Math.round((255 * k) / (levels - 1)));
}

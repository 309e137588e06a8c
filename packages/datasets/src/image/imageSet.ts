import { tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';

/** Images of one size with a class each, on the host. */
export interface ImageSet {
  readonly count: number;
  /** Height, width, channels of every image. */
  readonly shape: readonly [number, number, number];
  /** `[count, ...shape]`, row-major (NHWC), whole numbers 0 … levels − 1. */
  readonly images: Uint8Array;
  /** How many values a pixel can take, 256 by default. Bits per dimension are −log p(x)/(d ln 2) + log₂ levels. */
  readonly levels?: number;
  /** `[count]`: the index of the class in `classes`. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/**
 * The images and labels at `indices`, in that order and as often as they occur, as a new set.
 *
 * @throws IResNetError (argument) for an index that is no image of the set.
 *
 * @example
 * ```ts
 * import { takeImages } from '@iresnet/datasets';
 *
 * const set = {
 *   count: 3,
 *   shape: [1, 2, 1] as const,
 *   images: Uint8Array.of(10, 11, 20, 21, 30, 31),
 *   labels: Uint8Array.of(0, 1, 0),
 *   classes: ['day', 'night'],
 * };
 * console.log(takeImages(set, [2, 0]).images); // Uint8Array(4) [ 30, 31, 10, 11 ]
 * ```
 */
export function takeImages(set: ImageSet, indices: ArrayLike<number>): ImageSet {
  const size = set.shape[0] * set.shape[1] * set.shape[2];
  const images = new Uint8Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const image = checkedIndex(set, indices, i, 'datasets.takeImages');
    images.set(set.images.subarray(image * size, (image + 1) * size), i * size);
    labels[i] = set.labels[image]!;
  }
  return { ...set, count: indices.length, images, labels };
}

/**
 * x = k/levels for the images at `indices`, all of them by default: a tensor `[B, height, width, channels]`, float32 in [0, 1).
 *
 * With {@link uniformDequantize} of as many levels behind it, bits per dimension are −log p(x)/(d ln 2) + log₂ levels,
 * d = height · width · channels; log₂ levels is 8 for the 256 levels of a set that does not say otherwise.
 *
 * @returns A tensor of the caller's own.
 * @throws IResNetError (argument) for an index that is no image of the set.
 *
 * @example
 * ```ts
 * import { imageBatch } from '@iresnet/datasets';
 *
 * const set = {
 *   count: 2,
 *   shape: [1, 2, 1] as const,
 *   images: Uint8Array.of(0, 64, 128, 255),
 *   labels: Uint8Array.of(0, 1),
 *   classes: ['day', 'night'],
 * };
 * const x = imageBatch(set, [1]);
 * console.log(x.shape, x.dataSync()); // [ 1, 1, 2, 1 ] Float32Array(2) [ 0.5, 0.99609375 ]
 * x.dispose();
 * ```
 */
export function imageBatch(set: ImageSet, indices?: ArrayLike<number>): Tensor4D {
  const count = indices?.length ?? set.count;
  const size = set.shape[0] * set.shape[1] * set.shape[2];
  const levels = set.levels ?? 256;
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const image = indices ? checkedIndex(set, indices, i, 'datasets.imageBatch') : i;
    for (let k = 0; k < size; k++) values[i * size + k] = set.images[image * size + k]! / levels;
  }
  return tensor(values, [count, ...set.shape], 'float32') as Tensor4D;
}

function checkedIndex(set: ImageSet, indices: ArrayLike<number>, i: number, where: string): number {
  const image = indices[i]!;
  ensure(
    Number.isInteger(image) && image >= 0 && image < set.count,
    where,
    () => `expected image indices in [0, ${set.count}), got ${image} at position ${i}`,
  );
  return image;
}

import { tensor1d, type Tensor1D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';

/** Images of one size, on the host. */
export interface Images {
  readonly count: number;
  /** Height, width, channels of every image. */
  readonly shape: readonly [number, number, number];
  /** `[count, ...shape]`, row-major (NHWC), whole numbers 0 … levels − 1. */
  readonly images: Uint8Array;
  /** L: how many values a pixel can take, from 2 to 256. Bytes of a picture have 256. */
  readonly levels: number;
}

/** Images of one size with a class each, on the host. */
export interface ImageSet extends Images {
  /** `[count]`: the index of the class in `classes`. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/**
 * The images and labels at `indices`, in that order and as often as they occur, as a new set.
 *
 * @throws IResNetError (argument) for an index that is not one of an image of the set.
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
 *   levels: 256,
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
 * The classes of a set as a tensor `[count]`, int32, for training a classifier.
 *
 * @returns A tensor that the caller owns.
 *
 * @example
 * ```ts
 * import { digitImages, labelBatch, takeImages } from '@iresnet/datasets';
 *
 * console.log(labelBatch(takeImages(digitImages(), [0, 1, 2])).dataSync()); // Int32Array(3) [ 0, 1, 2 ]
 * ```
 */
export function labelBatch(set: ImageSet): Tensor1D {
  return tensor1d(Int32Array.from(set.labels), 'int32');
}

/** Index i of `indices`, which must be that of an image. */
export function checkedIndex(
  { count }: Images,
  indices: ArrayLike<number>,
  i: number,
  where: string,
): number {
  const image = indices[i]!;
  ensure(
    Number.isInteger(image) && image >= 0 && image < count,
    where,
    () => `expected image indices in [0, ${count}), got ${image} at position ${i}`,
  );
  return image;
}

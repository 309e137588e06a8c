import type { Rng } from '@iresnet/core';
import { checkRng, ensure } from '@iresnet/core/internal';
import type { ImageSet } from './imageSet';

/**
 * Mirror each image left to right with probability ½, as a new set.
 *
 * @param rng - Advanced by one word for each image.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { digitImages, randomFlip } from '@iresnet/datasets';
 *
 * const flipped = randomFlip(digitImages(), createRng(0)); // about half of them
 * console.log(flipped.count, flipped.shape); // 1797 [ 8, 8, 1 ]
 * ```
 */
export function randomFlip(set: ImageSet, rng: Rng): ImageSet {
  checkRng('datasets.randomFlip', rng);
  const [height, width, channels] = set.shape;
  const images = set.images.slice();
  for (let i = 0; i < set.count; i++) {
    if (rng.nextUint32() < 2 ** 31) continue;
    for (let row = i * height; row < (i + 1) * height; row++) {
      for (let x = 0; x < width; x++) {
        const from = (row * width + width - 1 - x) * channels;
        images.set(set.images.subarray(from, from + channels), (row * width + x) * channels);
      }
    }
  }
  return { ...set, images };
}

/**
 * A random part of `size` of each image with `padding` black pixels around it, as a new set.
 *
 * The customary augmentation of CIFAR is size [32, 32] with padding 4. All positions are equally
 * likely, and each image has its own.
 *
 * @param size - Height and width of the result.
 * @param rng - Advanced by two integers for each image.
 * @param padding - Pixels on every side, 0 by default.
 * @throws IResNetError (argument) when size is not between 1 and the padded image, or padding is
 * negative.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { digitImages, randomCrop } from '@iresnet/datasets';
 *
 * const shifted = randomCrop(digitImages(), [8, 8], createRng(0), 1); // by up to one pixel
 * console.log(shifted.count, shifted.shape); // 1797 [ 8, 8, 1 ]
 * ```
 */
export function randomCrop(set: ImageSet, size: readonly [number, number], rng: Rng, padding = 0): ImageSet {
  const [height, width, channels] = set.shape;
  checkRng('datasets.randomCrop', rng);
  const [rows, columns] = size;
  ensure(
    Number.isInteger(padding) && padding >= 0,
    'datasets.randomCrop',
    () => `expected an integer padding ≥ 0, got ${padding}`,
  );
  const fits = (n: number, of: number) => Number.isInteger(n) && n >= 1 && n <= of + 2 * padding;
  ensure(
    fits(rows, height) && fits(columns, width),
    'datasets.randomCrop',
    () =>
      `expected a size within [${height + 2 * padding}, ${width + 2 * padding}], got [${size.join(', ')}]`,
  );
  const images = new Uint8Array(set.count * rows * columns * channels);
  for (let i = 0; i < set.count; i++) {
    const top = rng.nextInt(height + 2 * padding - rows + 1) - padding;
    const left = rng.nextInt(width + 2 * padding - columns + 1) - padding;
    // The columns [first, end) of the image fall into the crop; the others stay black.
    const first = Math.max(left, 0);
    const end = Math.min(left + columns, width);
    for (let y = Math.max(top, 0); y < Math.min(top + rows, height); y++) {
      const from = (i * height + y) * width;
      const to = (i * rows + y - top) * columns + first - left;
      if (end > first)
        images.set(set.images.subarray((from + first) * channels, (from + end) * channels), to * channels);
    }
  }
  return { ...set, shape: [rows, columns, channels], images };
}

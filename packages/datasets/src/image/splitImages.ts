import type { Rng } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { split } from '../split';
import { takeImages, type ImageSet } from './imageSet';

/** How {@link splitImages} divides. */
export interface SplitImagesOptions {
  /** Divide every class by the same fractions; false by default. */
  readonly stratify?: boolean;
}

/**
 * Divide a set at random into disjoint sets, such as training and validation.
 *
 * A part below 1 is a fraction of the images; any other part is a number of them, as in
 * {@link split}. With `stratify` each class is divided on its own with rounded fractions, and all
 * parts must be fractions. Each new set holds copies, in random order.
 *
 * @param rng - Advanced.
 * @throws IResNetError (argument) for parts that {@link split} refuses, and for counts together
 * with `stratify`.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { digitImages, splitImages } from '@iresnet/datasets';
 *
 * const [train, validation] = splitImages(digitImages(), [0.9, 0.1], createRng(0), { stratify: true });
 * console.log(train!.count + validation!.count); // 1797
 * ```
 */
export function splitImages(
  set: ImageSet,
  parts: readonly number[],
  rng: Rng,
  options: SplitImagesOptions = {},
): ImageSet[] {
  checkOptions('datasets.splitImages', options, { stratify: true });
  if (!options.stratify) return split(set.count, parts, rng).map((indices) => takeImages(set, indices));
  ensure(
    parts.every((part) => part < 1),
    'datasets.splitImages',
    () => `expected fractions in [0, 1) with stratify, got [${parts.join(', ')}]`,
  );
  const members = set.classes.map((): number[] => []);
  set.labels.forEach((label, i) => members[label]!.push(i));
  const chosen = parts.map((): number[] => []);
  for (const images of members) {
    split(images.length, parts, rng).forEach((indices, part) => {
      for (const i of indices) chosen[part]!.push(images[i]!);
    });
  }
  return chosen.map((images) =>
    takeImages(
      set,
      Array.from(rng.permutation(images.length), (i) => images[i]!),
    ),
  );
}

import type { ImageSet } from '../image/imageSet';
import { digits } from './digits';

/**
 * The 1,797 handwritten digits of {@link digits} as images `[8, 8, 1]` of 17 levels, 0 (paper) to
 * 16 (ink), with classes `0` to `9`.
 *
 * `imageBatch(set, { noise })` is (k + u)/17 − ½; bits per dimension are −log p(x)/(64 ln 2) + log₂
 * 17. A new set at each call, which the caller owns. Source and licence as for {@link digits}.
 *
 * @example
 * ```ts
 * import { digitImages } from '@iresnet/datasets';
 *
 * const { count, shape, levels, labels } = digitImages();
 * console.log(count, shape, levels, labels[3]); // 1797 [ 8, 8, 1 ] 17 3
 * ```
 */
export function digitImages(): ImageSet & { readonly levels: 17 } {
  const { rows, values, labels } = digits();
  return {
    count: rows,
    shape: [8, 8, 1],
    images: Uint8Array.from(values),
    levels: 17,
    labels: Uint8Array.from(labels, Number),
    classes: Array.from({ length: 10 }, (_, k) => String(k)),
  };
}

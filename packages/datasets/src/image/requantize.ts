import { ensure } from '@iresnet/core/internal';
import type { Images } from './imageSet';
import { checkLevels } from './levels';

/**
 * k′ = round(k (L′ − 1)/(L − 1)): the same images in another number of levels, black and white
 * kept.
 *
 * Use 256 levels to write images of few levels as a picture, and back to read one for a model.
 *
 * @param images - Images or a set of them, of L levels. Labels are kept.
 * @param levels - L′, from 2 to 256.
 * @returns A new set with pixels of its own.
 * @throws IResNetError (argument) for levels that are not in 2 … 256.
 *
 * @example
 * ```ts
 * import { withLevels } from '@iresnet/datasets';
 *
 * const images = { count: 1, shape: [1, 3, 1] as const, images: Uint8Array.of(0, 1, 3), levels: 4 };
 * console.log(withLevels(images, 256).images); // Uint8Array(3) [ 0, 85, 255 ]
 * ```
 */
export function withLevels<T extends Images>(images: T, levels: number): T {
  checkLevels(levels, 'datasets.withLevels');
  const { images: pixels, levels: have } = images;
  const scaled =
    have === levels ? pixels.slice() : pixels.map((k) => Math.round(((levels - 1) * k) / (have - 1)));
  return { ...images, images: scaled, levels };
}

/**
 * k′ = ⌊k 2ᵇ/L⌋: images of b bits a pixel, such as the 5 bits of Glow (arXiv 1807.03039).
 *
 * The levels follow, so `imageBatch` and bits per dimension count log₂ 2ᵇ = b bits, not 8.
 *
 * @param images - Images or a set of them, whose levels L are a power of two.
 * @param bits - b, at least 1 and at most log₂ L.
 * @returns A new set with pixels of its own.
 * @throws IResNetError (argument) for other bits, and for levels that are not a power of two.
 *
 * @example
 * ```ts
 * import { reduceBits } from '@iresnet/datasets';
 *
 * const bytes = Uint8Array.of(25, 154, 255);
 * const images = { count: 1, shape: [1, 3, 1] as const, images: bytes, levels: 256 };
 * const { images: pixels, levels } = reduceBits(images, 1);
 * console.log(pixels, levels); // Uint8Array(3) [ 0, 1, 1 ] 2
 * ```
 */
export function reduceBits<T extends Images>(images: T, bits: number): T {
  const where = 'datasets.reduceBits';
  checkLevels(images.levels, where);
  const have = Math.log2(images.levels);
  ensure(
    Number.isInteger(have),
    where,
    () => `expected levels that are a power of two, got ${images.levels}`,
  );
  ensure(
    Number.isInteger(bits) && bits >= 1 && bits <= have,
    where,
    () => `expected an integer 1 ≤ bits ≤ ${have}, got ${bits}`,
  );
  return { ...images, images: images.images.map((k) => k >> (have - bits)), levels: 2 ** bits };
}

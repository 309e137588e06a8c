import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, checkTensor, ensure } from '@iresnet/core/internal';
import type { Images } from './imageSet';
import { checkLevels, checkRange, MODEL_RANGE, type Range } from './levels';

/** How {@link toImages} reads a tensor. */
export interface ToImagesOptions {
  /** L, from 2 to 256. By default 256. */
  readonly levels?: number;
  /** The interval that the levels divide. By default [−½, ½], as of `imageBatch`. */
  readonly range?: Range;
}

/**
 * k = ⌊(x + ½) L⌋, clamped to 0 … L − 1: the output of a model, such as samples, as images.
 *
 * The inverse of {@link imageBatch}: it gives back every level. A value outside the range becomes
 * the nearest level, and NaN becomes 0. The tensor is read back from the device.
 *
 * @param x - `[B, height, width, channels]`. It is not disposed.
 * @returns Arrays that the caller owns.
 * @throws IResNetError (argument) for a tensor of another rank, for levels that are not in 2 … 256,
 * or a range without width.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { toImages } from '@iresnet/datasets';
 *
 * const x = tf.tensor4d([-0.5, -0.1, 0, 0.7], [1, 2, 2, 1]);
 * console.log(toImages(x, { levels: 4 }).images); // Uint8Array(4) [ 0, 1, 2, 3 ]
 * ```
 */
export function toImages(x: Tensor, options: ToImagesOptions = {}): Images {
  const where = 'datasets.toImages';
  checkOptions(where, options, { levels: true, range: true });
  const { levels = 256, range = MODEL_RANGE } = options;
  checkTensor(where, 'x', x);
  ensure(
    x.rank === 4,
    where,
    () => `expected [B, height, width, channels], got shape [${x.shape.join(', ')}]`,
  );
  checkLevels(levels, where);
  checkRange(range, where);
  const [low, width] = [range[0], range[1] - range[0]];
  const images = Uint8Array.from(x.dataSync(), (value) =>
    Math.min(Math.max(Math.floor(((value - low) / width) * levels), 0), levels - 1),
  );
  const [count, ...shape] = x.shape as [number, number, number, number];
  return { count, shape, images, levels };
}

import { tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { IResNetError, type Rng } from '@iresnet/core';
import { checkOptions, checkRng } from '@iresnet/core/internal';
import { checkedIndex, type Images } from './imageSet';
import { cellNoise, checkLevels, checkRange, MODEL_RANGE, type Range } from './levels';

/** How {@link imageBatch} makes a tensor. */
export interface ImageBatchOptions {
  /** The images, in this order and as often as they occur. All of them by default. */
  readonly indices?: ArrayLike<number>;
  /**
   * Draws u, uniform in [0, 1): use it to train and to judge a density. Without it u = ½, the
   * middle of each level: use that for a classifier. Advanced by one word for each value. A
   * function gives each image a stream of its own, by its position in `images`: the noise of an
   * image then does not depend on the others.
   */
  readonly noise?: Rng | ((image: number) => Rng);
  /**
   * The interval that the levels divide. By default [−½, ½], which the models of `@iresnet/model`
   * take; [0, 1] is for a flow of your own that begins with `logit`.
   */
  readonly range?: Range;
}

/**
 * x = (k + u)/L − ½: images of L levels k as a model takes them, `[B, height, width, channels]`
 * float32.
 *
 * With `noise` a discrete image becomes a point of a density that is constant on each cell. Then E
 * log p(x) ≤ log P(k) + d log L for the density p of a model and the probability P of the image
 * (Theis et al., arXiv 1511.01844), so bits per dimension are −log p(x)/(d ln 2) + log₂ L, where d
 * = height · width · channels. {@link toImages} is the inverse: it gives back every k. Everything
 * is computed on the host: the same numbers on every backend.
 *
 * With a range of another width w, take log₂ w from these bits per dimension.
 *
 * @param images - L is their `levels`.
 * @returns A tensor that the caller owns.
 * @throws IResNetError (argument) for an index that is not one of an image, levels that are not in
 * 2 … 256, a pixel that is not below `levels`, or a range without width.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { digitImages, imageBatch } from '@iresnet/datasets';
 *
 * const set = digitImages(); // 17 levels
 * const x = imageBatch(set, { indices: [0, 1], noise: createRng(0) });
 * console.log(x.shape, tf.max(tf.abs(x)).dataSync()[0]! <= 0.5); // [ 2, 8, 8, 1 ] true
 * x.dispose();
 *
 * const pixels = Uint8Array.of(0, 3);
 * const middles = imageBatch({ count: 1, shape: [1, 2, 1], images: pixels, levels: 4 });
 * console.log(middles.dataSync()); // Float32Array(2) [ -0.375, 0.375 ]
 * ```
 */
export function imageBatch(images: Images, options: ImageBatchOptions = {}): Tensor4D {
  const where = 'datasets.imageBatch';
  checkOptions(where, options, { indices: true, noise: true, range: true });
  const { indices, noise, range = MODEL_RANGE } = options;
  const { shape, levels, images: pixels } = images;
  if (noise !== undefined && typeof noise !== 'function') checkRng(where, noise);
  checkLevels(levels, where);
  checkRange(range, where);
  const count = indices?.length ?? images.count;
  const size = shape[0] * shape[1] * shape[2];
  const [low, width] = [range[0], range[1] - range[0]];
  const common = typeof noise === 'object' ? cellNoise(levels, noise) : undefined;
  // Each operation is rounded to float32, so that the sums of `cellNoise` stay exact.
  const { fround } = Math;
  const middle = fround((0.5 / levels) * width + low);
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const image = indices ? checkedIndex(images, indices, i, where) : i;
    const draw = typeof noise === 'function' ? cellNoise(levels, noise(image)) : common;
    for (let p = 0; p < size; p++) {
      const k = pixels[image * size + p]!;
      if (k >= levels)
        throw new IResNetError(
          'argument',
          where,
          `expected pixels below ${levels} levels, got ${k} in image ${image}`,
        );
      const floor = fround(k / levels);
      values[i * size + p] = draw
        ? fround(fround(floor + draw()) * width) + low
        : fround(floor * width) + middle;
    }
  }
  return tensor(values, [count, ...shape], 'float32') as Tensor4D;
}

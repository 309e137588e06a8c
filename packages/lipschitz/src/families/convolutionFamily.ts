import { conv2d, reshape, transpose } from '@tensorflow/tfjs-core';
import { conv2dOperator } from '@iresnet/core';
import { sumOfProducts } from '@iresnet/core/internal';
import { longestOfImage } from './longestOfImage';
import type { OperatorFamily } from './operatorFamily';
import { imagesOf, tapsAndChannels } from './rows';

/**
 * The convolutions of images of one size, θ = K `[kh, kw, in, out]` with odd kh and kw, stride 1
 * and zero padding: see `conv2dOperator` of `@iresnet/core`.
 *
 * The pairing Σ v[p + k] u[p]ᵀ over all images and pixels p is a forward convolution too: the
 * channels of v become the batch, the batch becomes the channels, and u the kernel. So no backend
 * needs gradient kernels.
 *
 * @param imageSize - `[h, w]`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { convolutionFamily } from '@iresnet/lipschitz';
 *
 * const { inShape, outShape } = convolutionFamily([8, 8]).at(tf.ones([3, 3, 2, 4]));
 * console.log(inShape, outShape); // [ 8, 8, 2 ] [ 8, 8, 4 ]
 * ```
 */
export function convolutionFamily(imageSize: readonly [number, number]): OperatorFamily {
  return {
    at: (kernel) => conv2dOperator(kernel, [...imageSize, kernel.shape[2]!]),
    pairing(kernel, u, v) {
      const [kh, kw] = kernel.shape as [number, number];
      if (kh * kw === 1) return reshape(sumOfProducts(v, u), kernel.shape);
      const images = transpose(imagesOf(v), [3, 1, 2, 0]); // [in, h, w, B]
      const filter = transpose(imagesOf(u), [1, 2, 0, 3]); // [h, w, B, out]
      const [y, x] = [(kh - 1) / 2, (kw - 1) / 2];
      const padding = [[0, 0], [y, y], [x, x], [0, 0]] as [Pad, Pad, Pad, Pad]; // prettier-ignore
      return transpose(conv2d(images, filter, 1, padding), [1, 2, 0, 3]);
    },
    terms: tapsAndChannels,
    longest: (kernel) => longestOfImage(kernel, imageSize),
  };
}

type Pad = [number, number];

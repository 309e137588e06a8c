import { reshape, sum, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';

/** The sum over all axes but the last, `[c]`. */
export function sumOfRows(x: Tensor): Tensor {
  return sum(rows(x), 0);
}

function rows(x: Tensor): Tensor2D {
  return (x.rank === 2 ? x : reshape(x, [-1, x.shape[x.rank - 1]!])) as Tensor2D;
}

/** `[…, h, w, c]` as one batch of images. */
export function imagesOf(x: Tensor): Tensor4D {
  const [h, w, channels] = x.shape.slice(-3) as [number, number, number];
  return x.rank === 4 ? (x as Tensor4D) : reshape(x, [-1, h, w, channels]);
}

/** kh·kw·in: the products that one value of a convolution sums. */
export function tapsAndChannels(kernel: Tensor): number {
  return kernel.shape.slice(0, 3).reduce((product, n) => product * n, 1);
}

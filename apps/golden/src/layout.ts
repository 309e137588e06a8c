import { reshape, transpose, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '@iresnet/core';

/**
 * Official weight, dense `[out, in]` or of a convolution OIHW → our kernel, `[in, out]` or HWIO.
 */
export function kernelOf(weight: Tensor): Tensor {
  return transpose(weight, weight.rank === 2 ? [1, 0] : [2, 3, 1, 0]);
}

/** Our kernel → official weight; what is neither matrix nor convolution, such as a bias, stays. */
export function weightOf(kernel: Tensor): Tensor {
  if (kernel.rank < 2) return kernel;
  return transpose(kernel, kernel.rank === 2 ? [1, 0] : [3, 2, 0, 1]);
}

/** NCHW → NHWC; vectors `[B, d]` stay. */
export function channelsLast(x: Tensor): Tensor {
  return x.rank === 4 ? transpose(x, [0, 2, 3, 1]) : x;
}

/** NHWC → NCHW; vectors `[B, d]` stay. */
export function channelsFirst(x: Tensor): Tensor {
  return x.rank === 4 ? transpose(x, [0, 3, 1, 2]) : x;
}

/**
 * A flat vector in CHW order as the batch of one that power iteration takes, `[1, ...shape]` with
 * `shape` `[c]` or `[h, w, c]`.
 */
export function unflattened(vector: Tensor, shape: Shape): Tensor {
  const [h, w, c] = shape;
  return shape.length === 1 ? reshape(vector, [1, ...shape]) : channelsLast(reshape(vector, [1, c!, h!, w!]));
}

/** Matrices `[B, hwc, hwc]` on images `[h, w, c]` → `[B, chw, chw]`; on vectors they stay. */
export function matrixChannelsFirst(matrix: Tensor, shape: Shape): Tensor {
  if (shape.length === 1) return matrix;
  const [batch, d] = matrix.shape as [number, number];
  const channels = shape[2]!;
  const rows = transpose(reshape(matrix, [batch, d / channels, channels, d]), [0, 2, 1, 3]);
  return reshape(transpose(reshape(rows, [batch, d, d / channels, channels]), [0, 1, 3, 2]), [batch, d, d]);
}

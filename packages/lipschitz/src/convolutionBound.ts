import type { Tensor } from '@tensorflow/tfjs-core';
import { convBoundAnywhere, convBoundAt } from '@iresnet/spectral-norm';

/** The largest order of a matrix that is bounded as a whole, which takes a second. */
const SMALL = 256;

/**
 * A proven upper bound of the norm of a convolution with stride 1 and zero padding that keeps the
 * image size: that of its whole matrix for small images, else one for every image size.
 *
 * @param kernel - `[kh, kw, in, out]` with odd kh and kw.
 */
export function convolutionBound(kernel: Tensor, imageSize: readonly [number, number]): number {
  const [kh, kw, inputs, outputs] = kernel.shape as [number, number, number, number];
  const order = imageSize[0] * imageSize[1] * Math.min(inputs, outputs);
  return kh * kw > 1 && order <= SMALL ? convBoundAt(kernel, imageSize) : convBoundAnywhere(kernel);
}

import { checkOptions, described, ensure } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { boundOnGrid, readKernel } from './transferMatrices';

/** Options of {@link circularConvBoundAt}. */
export interface CircularConvBoundAtOptions {
  /** t, Gram iterations at most per frequency. Default 8. */
  readonly steps?: number;
}

/**
 * A certified upper bound of the norm of a convolution with circular padding at one image size:
 * ‖A‖₂ = maxⱼ ‖K̂(2πj/n)‖₂ with the transfer matrices K̂(ω) = Σₖ K[k] e^(−iω·k), `[in, out]`.
 *
 * It is exact up to the Gram iteration that bounds ‖K̂‖, and bounds nothing for another size or for
 * zero padding.
 *
 * @param kernel - K, `[kh, kw, in, out]`, read back once. Stride 1.
 * @param imageSize - `[h, w]`.
 * @param options - How tight the bound is.
 * @returns The bound, rounded up. It costs about three complex products of order min(in, out) for
 * each of about h·w/2 frequencies.
 * @throws IResNetError when K is not a living float32 tensor of rank 4, a size is not positive, or
 * an option is unknown or out of range; of kind `diverged` when K holds NaN or infinity.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { circularConvBoundAt } from '@iresnet/spectral-norm';
 *
 * console.log(circularConvBoundAt(tf.fill([3, 3, 1, 1], 1 / 9), [8, 8])); // 1.0000…
 * ```
 *
 * @see Sedghi et al., The Singular Values of Convolutional Layers (arXiv 1805.10408).
 */
export function circularConvBoundAt(
  kernel: Tensor,
  imageSize: readonly [number, number],
  options: CircularConvBoundAtOptions = {},
): number {
  const where = 'spectral-norm.circularConvBoundAt';
  checkOptions(where, options, { steps: true });
  const { steps = 8 } = options;
  ensure(Number.isInteger(steps) && steps >= 0, where, () => `expected steps ≥ 0, got ${steps}`);
  checkImageSize(where, imageSize);
  return boundOnGrid(readKernel(where, kernel), imageSize, steps);
}

/** Refuse a size that is not two counts. */
export function checkImageSize(where: string, imageSize: readonly [number, number]): void {
  ensure(
    Array.isArray(imageSize) &&
      imageSize.length === 2 &&
      imageSize.every((n) => Number.isInteger(n) && n > 0),
    where,
    () =>
      `expected a positive imageSize [h, w], got ${Array.isArray(imageSize) ? `[${imageSize}]` : described(imageSize)}`,
  );
}

import { tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { checkTensor, ensure, readProven } from '@iresnet/core/internal';
import { checkImageSize } from './circularConvBoundAt';
import { gramBound } from './gramBound';

/**
 * A certified upper bound of ‖A‖₂ for the convolution A with zero padding at one image size:
 * {@link gramBound} of its whole matrix, `[h·w·in, h·w·out]`.
 *
 * It is much nearer to the norm than {@link convBoundAnywhere} where most taps of a small image
 * fall on padding: for 3×3 taps on 2×2 pixels by up to a factor of two. It bounds nothing for a
 * larger image.
 *
 * @param kernel - K, `[kh, kw, in, out]` with odd sizes, read back once. Stride 1, the image keeps
 * its size.
 * @param imageSize - `[h, w]`.
 * @returns The bound. It costs some 13 products of order n = h·w·min(in, out) on the host: 0.1 s
 * for n = 128, eight times as much for twice n.
 * @throws IResNetError when K is not a living float32 tensor of rank 4 with odd taps, or a size is
 * not positive; of kind `diverged` when K holds NaN or infinity.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { convBoundAnywhere, convBoundAt } from '@iresnet/spectral-norm';
 *
 * const ones = tf.ones([3, 3, 1, 1]);
 * console.log(convBoundAt(ones, [2, 2])); // 4.000…: each of four pixels sums all four
 * console.log(convBoundAnywhere(ones)); // 9.08…: for images of every size
 * ```
 */
export function convBoundAt(kernel: Tensor, imageSize: readonly [number, number]): number {
  const where = 'spectral-norm.convBoundAt';
  checkTensor(where, 'kernel', kernel);
  const [kh, kw, inputs, outputs] = kernel.shape as [number, number, number, number];
  ensure(
    kernel.rank === 4 && kh % 2 === 1 && kw % 2 === 1,
    where,
    () => `expected a kernel [kh, kw, in, out] with odd kh and kw, got shape [${kernel.shape}]`,
  );
  checkImageSize(where, imageSize);
  const [h, w] = imageSize;
  const taps = readProven(where, kernel);
  const columns = h * w * outputs;
  const matrix = new Float32Array(h * w * inputs * columns);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let dy = 0; dy < kh; dy++) {
        for (let dx = 0; dx < kw; dx++) {
          const [row, column] = [y + dy - (kh - 1) / 2, x + dx - (kw - 1) / 2];
          if (row < 0 || row >= h || column < 0 || column >= w) continue;
          // The output pixel (y, x) reads the input pixel (row, column).
          for (let i = 0; i < inputs; i++) {
            const from = ((dy * kw + dx) * inputs + i) * outputs;
            const to = ((row * w + column) * inputs + i) * columns + (y * w + x) * outputs;
            matrix.set(taps.subarray(from, from + outputs), to);
          }
        }
      }
    }
  }
  const whole = tensor2d(matrix, [h * w * inputs, columns]);
  try {
    return gramBound(whole);
  } finally {
    whole.dispose();
  }
}

import { conv2d, reshape, reverse, tidy, transpose, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { ensure } from '../ensure';
import { rowsTimes } from '../kernels';
import type { LinearOperator } from '../contracts';
import type { Shape } from '../shape';

/**
 * The convolution of an image with a kernel, (A v)[p] = Σₖ v[p + k] K[k] with stride 1 and zero
 * padding that keeps the image size.
 *
 * Aᵀ is the convolution with the kernel reversed in space and transposed in its channels, so both
 * products are forward convolutions; a kernel of one tap is a matrix product.
 *
 * @param kernel - K, `[kh, kw, in, out]` with odd kh and kw, shared by all examples and pixels.
 * @param inShape - `[h, w, in]`: what A is depends on the image size.
 * @returns An operator `[h, w, in] → [h, w, out]` that keeps no tensor of its own. A product costs
 * one convolution.
 * @throws IResNetError when the kernel has an even size, the channels do not match, or a product
 * gets images of another shape.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { conv2dOperator } from '@iresnet/core';
 *
 * const a = conv2dOperator(tf.ones([3, 3, 1, 1]), [2, 3, 1]);
 * tf.reshape(a.matvec(tf.ones([1, 2, 3, 1])), [2, 3]).print(); // how many pixels each one sees: [[4, 6, 4], [4, 6, 4]]
 * ```
 */
export function conv2dOperator(kernel: Tensor, inShape: Shape): LinearOperator {
  const [kh, kw, inputs, outputs] = kernel.shape as [number, number, number, number];
  ensure(
    kernel.rank === 4 && kh % 2 === 1 && kw % 2 === 1,
    'core.conv2dOperator',
    () => `expected a kernel [kh, kw, in, out] with odd kh and kw, got shape [${kernel.shape}]`,
  );
  ensure(
    inShape.length === 3 && inShape[2] === inputs,
    'core.conv2dOperator',
    () => `expected inShape [h, w, ${inputs}] for a kernel of shape [${kernel.shape}], got [${inShape}]`,
  );
  const outShape = [inShape[0]!, inShape[1]!, outputs];
  const pointwise = kh * kw === 1;
  return {
    inShape,
    outShape,
    matvec: (v) =>
      tidy(() => {
        checkImages(v, inShape, 'matvec');
        return pointwise ? rowsTimes(v, reshape(kernel, [inputs, outputs])) : onImages(v, kernel, outShape);
      }),
    rmatvec: (u) =>
      tidy(() => {
        checkImages(u, outShape, 'rmatvec');
        if (pointwise) return rowsTimes(u, transpose(reshape(kernel, [inputs, outputs])));
        // One axis of taps: reversing two costs more.
        const taps = reshape(kernel, [kh * kw, inputs, outputs]);
        const adjoint = transpose(reverse(taps, 0), [0, 2, 1]);
        return onImages(u, reshape(adjoint, [kh, kw, outputs, inputs]), inShape);
      }),
  };
}

/** Images `[…, h, w, c]` as one batch, through a convolution, and back. */
function onImages(x: Tensor, kernel: Tensor, outShape: Shape): Tensor {
  if (x.rank === 4) return conv2d(x as Tensor4D, kernel as Tensor4D, 1, 'same');
  const [h, w, channels] = x.shape.slice(-3) as [number, number, number];
  const images = conv2d(reshape(x, [-1, h, w, channels]) as Tensor4D, kernel as Tensor4D, 1, 'same');
  return reshape(images, [...x.shape.slice(0, -3), ...outShape]);
}

function checkImages(x: Tensor, shape: Shape, name: string): void {
  ensure(
    x.rank >= 4 && x.shape.slice(-3).join() === shape.join(),
    `core.conv2dOperator.${name}`,
    () => `expected images of shape [${shape}], got shape [${x.shape}]`,
  );
}

import {
  conv2d,
  pad,
  reshape,
  reverse,
  slice,
  tidy,
  transpose,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { OperatorFamily } from './operatorFamily';
import { imagesOf, tapsAndChannels } from './rows';

type Pair = readonly [number, number];

/** How a convolution steps over the image, and what it does at the edges. */
export interface Stride {
  readonly strides: Pair;
  /**
   * As TensorFlow means it: `'same'` gives ⌈h/s⌉ pixels, `'valid'` those whose taps all lie inside.
   */
  readonly padding: 'same' | 'valid';
}

/** One axis: pixels in and out, zeros before and after, and how far apart the outputs lie. */
interface Axis {
  readonly size: number;
  readonly taps: number;
  readonly outputs: number;
  readonly before: number;
  readonly after: number;
  readonly stride: number;
}

/**
 * The convolutions of images of one size with any kernel, strides and padding, as TensorFlow has
 * them.
 *
 * The outputs with zeros between them, so that they lie as far apart as their inputs, make a
 * convolution of stride 1. So the transpose and the pairing are forward convolutions here too.
 */
export function stridedConvolutionFamily(imageSize: Pair, { strides, padding }: Stride): OperatorFamily {
  const axesOf = (kernel: Tensor): [Axis, Axis] =>
    [0, 1].map((i) => axisOf(imageSize[i]!, kernel.shape[i]!, strides[i]!, padding)) as [Axis, Axis];
  return {
    at(kernel) {
      const [y, x] = axesOf(kernel);
      const [inputs, outputs] = kernel.shape.slice(2) as [number, number];
      const inShape = [...imageSize, inputs];
      const outShape = [y.outputs, x.outputs, outputs];
      return {
        inShape,
        outShape,
        matvec: (v) =>
          tidy(() => unbatched(conv2d(imagesOf(v), kernel as Tensor4D, [...strides], padding), v, outShape)),
        rmatvec: (u) =>
          tidy(() => {
            const adjoint = transpose(reverse(kernel as Tensor4D, [0, 1]), [0, 1, 3, 2]);
            const spread = spreadOut(imagesOf(u), [y, x]);
            const around = [y, x].map(zerosAround) as [[number, number], [number, number]];
            const padded = pad(spread, [[0, 0], ...around, [0, 0]]);
            return unbatched(conv2d(padded, adjoint, 1, 'valid'), u, inShape);
          }),
      };
    },
    pairing(kernel, u, v) {
      const [y, x] = axesOf(kernel);
      const padded = pad(imagesOf(v), [[0, 0], [y.before, y.after], [x.before, x.after], [0, 0]]); // prettier-ignore
      const images = transpose(padded, [3, 1, 2, 0]); // [in, h, w, B]
      const filter = transpose(spreadOut(imagesOf(u), [y, x]), [1, 2, 0, 3]); // [h′, w′, B, out]
      const taps = transpose(conv2d(images, filter, 1, 'valid'), [1, 2, 0, 3]);
      return slice(taps, [0, 0, 0, 0], kernel.shape as [number, number, number, number]);
    },
    terms: tapsAndChannels,
  };
}

function axisOf(size: number, taps: number, stride: number, padding: Stride['padding']): Axis {
  if (padding === 'valid') {
    return { size, taps, stride, outputs: Math.ceil((size - taps + 1) / stride), before: 0, after: 0 };
  }
  const outputs = Math.ceil(size / stride);
  const zeros = Math.max(0, (outputs - 1) * stride + taps - size);
  const before = Math.floor(zeros / 2);
  return { size, taps, stride, outputs, before, after: zeros - before };
}

/**
 * Zeros before and after the spread outputs, so that the transposed convolution gives all inputs.
 */
function zerosAround(axis: Axis): [number, number] {
  return [axis.taps - 1 - axis.before, axis.size + axis.before - reach(axis)];
}

/** From the first output to the last, in inputs. */
function reach({ outputs, stride }: Axis): number {
  return (outputs - 1) * stride + 1;
}

/** Outputs with zeros between them, `[B, h, w, c] → [B, (h − 1)s + 1, (w − 1)s′ + 1, c]`. */
function spreadOut(u: Tensor4D, [y, x]: readonly [Axis, Axis]): Tensor4D {
  const [batch, , , channels] = u.shape;
  if (y.stride * x.stride === 1) return u;
  const rows = pad(reshape(u, [batch * y.outputs, 1, x.outputs * channels]), [[0, 0], [0, y.stride - 1], [0, 0]]); // prettier-ignore
  const pixels = reshape(rows, [batch * y.outputs * y.stride * x.outputs, 1, channels]);
  const spread = pad(pixels, [
    [0, 0],
    [0, x.stride - 1],
    [0, 0],
  ]);
  const whole = reshape(spread, [batch, y.outputs * y.stride, x.outputs * x.stride, channels]);
  return slice(whole, [0, 0, 0, 0], [batch, reach(y), reach(x), channels]) as Tensor4D;
}

/** The batch axes of `like` in place of one. */
function unbatched(images: Tensor4D, like: Tensor, shape: readonly number[]): Tensor {
  return like.rank === 4 ? images : reshape(images, [...like.shape.slice(0, -3), ...shape]);
}

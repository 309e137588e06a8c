import {
  conv2d,
  matMul,
  mul,
  reshape,
  sum,
  transpose,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { conv2dOperator } from '@iresnet/core';

/**
 * A(θ)v, linear in θ and in v: what every layer's Jacobian is made of. θ is a weight matrix, a convolution kernel, or the slopes of
 * an activation. Three products say everything that forward, backward and their derivatives need.
 *
 * None of them is taped by itself; v and u are `[B, …]` or `[S, B, …]`.
 */
export interface Bilinear {
  /** A(θ) v. */
  matvec(theta: Tensor, v: Tensor): Tensor;
  /** A(θ)ᵀ u. */
  rmatvec(theta: Tensor, u: Tensor): Tensor;
  /** ∂⟨u, A(θ) v⟩/∂θ, summed over everything that shares θ; in the shape of θ. `rank` is the rank of θ. */
  pairing(u: Tensor, v: Tensor, rank: number): Tensor;
}

/** v ↦ v K for row vectors, θ = K `[in, out]`. */
export const matrix: Bilinear = {
  matvec: (kernel, v) => onRows(v, kernel),
  rmatvec: (kernel, u) => onRows(u, transpose(kernel)),
  pairing: (u, v) => gram(v, u),
};

/**
 * The convolution with a kernel θ `[kh, kw, in, out]`, stride 1, zero padding: see `conv2dOperator`. The image size is that of the
 * vectors.
 *
 * The gradient of the kernel, Σ v[p + k] u[p]ᵀ over all images and pixels p, is a forward convolution too: the channels of v become
 * the batch, the batch becomes the channels, and u the kernel. So no backend needs gradient kernels.
 *
 * @param kernelSize - kh, kw.
 */
export function convolution(kernelSize: readonly [number, number]): Bilinear {
  const [kh, kw] = kernelSize;
  const operator = (kernel: Tensor, like: Tensor) =>
    conv2dOperator(kernel, [...like.shape.slice(-3, -1), kernel.shape[2]!]);
  return {
    matvec: (kernel, v) => operator(kernel, v).matvec(v),
    rmatvec: (kernel, u) => operator(kernel, u).rmatvec(u),
    pairing(u, v) {
      const images = transpose(batched(v), [3, 1, 2, 0]); // [in, h, w, B]
      const kernel = transpose(batched(u), [1, 2, 0, 3]); // [h, w, B, out]
      const [y, x] = [(kh - 1) / 2, (kw - 1) / 2];
      const padding = [[0, 0], [y, y], [x, x], [0, 0]] as [Pad, Pad, Pad, Pad]; // prettier-ignore
      return transpose(conv2d(images, kernel, 1, padding), [1, 2, 0, 3]);
    },
  };
}

/**
 * The convolution with a kernel θ `[1, 1, in, out]`: a matrix on the last axis of anything, so of an image or of one pixel.
 */
export const pointwise: Bilinear = {
  matvec: (kernel, v) => matrix.matvec(pixelMatrix(kernel), v),
  rmatvec: (kernel, u) => matrix.rmatvec(pixelMatrix(kernel), u),
  pairing(u, v) {
    const gradient = gram(v, u);
    return reshape(gradient, [1, 1, ...gradient.shape]);
  },
};

/** v ↦ s ⊙ v, θ = s `[B, …]`. */
export const diagonal: Bilinear = {
  matvec: (slope, v) => mul(v, slope),
  rmatvec: (slope, u) => mul(u, slope),
  // The S probes of an example share its slopes.
  pairing: (u, v, rank) => (u.rank > rank ? sum(mul(u, v), 0) : mul(u, v)),
};

type Pad = [number, number];

/** The sum over all axes but the last, `[c]`. */
export function sumRows(x: Tensor): Tensor {
  return sum(rows(x), 0);
}

function rows(x: Tensor): Tensor2D {
  return (x.rank === 2 ? x : reshape(x, [-1, x.shape[x.rank - 1]!])) as Tensor2D;
}

/** Xᵀ Y over all rows. The wasm backend is fast at it, and at the sums above, once `@iresnet/backend` has prepared it. */
function gram(x: Tensor, y: Tensor): Tensor2D {
  return matMul(rows(x), rows(y), true, false);
}

function pixelMatrix(kernel: Tensor): Tensor {
  return reshape(kernel, kernel.shape.slice(2));
}

function batched(x: Tensor): Tensor4D {
  const [h, w, channels] = x.shape.slice(-3) as [number, number, number];
  return x.rank === 4 ? (x as Tensor4D) : reshape(x, [-1, h, w, channels]);
}

function onRows(x: Tensor, kernel: Tensor): Tensor {
  const y = matMul(rows(x), kernel as Tensor2D);
  return x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), kernel.shape[1]!]);
}

import {
  backend_util,
  conv2d,
  getBackend,
  getGradient,
  matMul,
  registerGradient,
  reshape,
  reverse,
  transpose,
  type GradConfig,
  type GradFunc,
  type NamedAttrMap,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';

type Pads = [[number, number], [number, number], [number, number], [number, number]];

const ours = new WeakSet<GradFunc>();

const pads = (top: number, bottom: number, left: number, right: number): Pads => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/**
 * dx = conv2d(dy, W reversed and transposed), dW = conv2d(x with channels as batch, dy as filter).
 *
 * Give conv2d a gradient that is made of forward convolutions, on wasm and native. 1×1 kernels
 * become matrix products. The wasm backend has no kernel for dW, and its kernel for dx is ten times
 * slower than its convolution. The native backend has both, but it refuses padding that is given in
 * numbers; only there does it use this gradient.
 *
 * It covers stride 1 and dilation 1 in NHWC, with any padding. Other convolutions and other
 * backends keep the gradient that was registered before. The gradient can be differentiated itself,
 * since its parts can. Call the function after the import that registers gradients
 * (`@iresnet/core/gradients` or `@tensorflow/tfjs`); a second call does nothing. {@link useBackend}
 * calls it.
 *
 * @throws IResNetError of kind `argument`, in the backward pass, if no gradient was registered
 * before and a convolution needs it.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { registerConv2dGradient } from '@iresnet/backend';
 *
 * await tf.setBackend('wasm');
 * registerConv2dGradient();
 * const x = tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
 * const loss = (w: tf.Tensor) => tf.sum(tf.conv2d(x, w as tf.Tensor4D, 1, 'same'));
 * const dW = tf.grad(loss)(tf.ones([3, 3, 1, 1]));
 * tf.reshape(dW, [3, 3]).print(); // how many outputs each weight sees: 9 12 9, 12 16 12, 9 12 9
 * ```
 */
export function registerConv2dGradient(): void {
  const before = getGradient('Conv2D') as GradConfig | undefined;
  if (before !== undefined && ours.has(before.gradFunc)) return;
  const gradFunc: GradFunc = (dy, saved, attrs) => {
    const [x, filter] = saved as [Tensor4D, Tensor4D];
    const parts = forwardConvolutions(dy as Tensor4D, x, filter, attrs);
    if (parts !== undefined) return parts;
    ensure(
      before !== undefined,
      'backend.registerConv2dGradient',
      () => 'expected a gradient of Conv2D to fall back on',
    );
    return before.gradFunc(dy, saved, attrs);
  };
  ours.add(gradFunc);
  registerGradient({ kernelName: 'Conv2D', inputsToSave: ['x', 'filter'], gradFunc });
}

function forwardConvolutions(
  dy: Tensor4D,
  x: Tensor4D,
  filter: Tensor4D,
  attrs: NamedAttrMap,
): { x: () => Tensor; filter: () => Tensor } | undefined {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  const all1 = [strides, dilations].flat().every((n) => n === 1);
  // TensorFlow's own kernels are as fast, but tfjs-node calls them only for named padding ('same',
  // 'valid').
  const lacking = getBackend() === 'wasm' || (getBackend() === 'tensorflow' && typeof pad !== 'string');
  if (!lacking || !all1 || dataFormat === 'NCHW') return undefined;
  const info = backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    1,
    1,
    pad as 'same',
    dimRoundingMode as 'floor',
  );
  const { top, bottom, left, right } = info.padInfo;
  const [height, width, inChannels, outChannels] = filter.shape;
  if (Math.max(top, bottom) >= height || Math.max(left, right) >= width) return undefined;

  if (height === 1 && width === 1) {
    const rows = (t: Tensor4D): Tensor2D => reshape(t, [-1, t.shape[3]]);
    return {
      x: () => reshape(matMul(rows(dy), transpose(reshape(filter, [inChannels, outChannels]))), x.shape),
      filter: () => reshape(matMul(transpose(rows(x)), rows(dy)), filter.shape),
    };
  }
  return {
    x: () => {
      const adjoint = transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]);
      const margins = pads(height - 1 - top, height - 1 - bottom, width - 1 - left, width - 1 - right);
      return conv2d(dy, adjoint, 1, margins);
    },
    filter: () => {
      const images = transpose(x, [3, 1, 2, 0]);
      const kernel = transpose(dy, [1, 2, 0, 3]);
      return transpose(conv2d(images, kernel, 1, pads(top, bottom, left, right)), [1, 2, 0, 3]);
    },
  };
}

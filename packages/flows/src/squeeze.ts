import { reshape, tidy, transpose, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Bijector } from '@iresnet/core';
import { checkOptions, checkTensor, described, ensure } from '@iresnet/core/internal';
import { closedFormReport, movedReport } from './report';

/** Options of {@link squeeze}. */
export interface SqueezeOptions {
  /** The order of the new channels; see {@link squeeze}. Default `'offset-major'`. */
  readonly order?: 'offset-major' | 'channel-major';
}

/**
 * y[b, r, s, ch(i, j, c)] = x[b, 2r + i, 2s + j, c] with i, j ∈ {0, 1}: each 2×2 block of pixels
 * becomes one pixel with four times the channels, `[B, h, w, C] → [B, h/2, w/2, 4C]`.
 *
 * - `'offset-major'`: ch = (2i + j)·C + c, the order of the official i-ResNet code and of
 *   `depthToSpace` on channels-last data.
 * - `'channel-major'`: ch = 4c + 2i + j, the order of Residual Flows and of PyTorch's pixel
 *   shuffle.
 *
 * It permutes the values of an example: log|det| is 0, and the inverse is exact and keeps lengths,
 * so an error bound passes through unchanged.
 *
 * @param options - The order of the new channels.
 * @returns A bijector without `params`. It costs one transposition.
 * @throws IResNetError for an unknown option or order, and for images of odd height or width; from
 * the inverse, for channels that are not a multiple of 4.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { squeeze } from '@iresnet/flows';
 *
 * const x = tf.reshape(tf.range(0, 8), [1, 2, 2, 2]); // pixels (0, 1), (2, 3), (4, 5), (6, 7)
 * const pyTorch = squeeze({ order: 'channel-major' });
 * tf.reshape(squeeze().forward(x), [8]).print(); // 0, 1, 2, 3, 4, 5, 6, 7
 * tf.reshape(pyTorch.forward(x), [8]).print(); // 0, 2, 4, 6, 1, 3, 5, 7
 * ```
 *
 * @see Dinh et al., Density estimation using Real NVP (arXiv 1605.08803); Chen et al., Residual
 * Flows (arXiv 1906.02735).
 */
export function squeeze(options: SqueezeOptions = {}): Bijector {
  checkOptions('flows.squeeze', options, { order: true });
  const { order = 'offset-major' } = options;
  ensure(
    order === 'offset-major' || order === 'channel-major',
    'flows.squeeze',
    () => `expected order as 'offset-major' or 'channel-major', got ${described(order)}`,
  );
  const gather = order === 'offset-major' ? offsetMajor : channelMajor;
  const forward = (x: Tensor): Tensor =>
    tidy(() => {
      checkTensor('flows.squeeze', 'x', x);
      const [batch, h, w, channels] = x.shape as [number, number, number, number];
      ensure(
        x.rank === 4 && h % 2 === 0 && w % 2 === 0,
        'flows.squeeze',
        () => `expected x of shape [B,h,w,C] with even h and w, got [${x.shape}]`,
      );
      return reshape(gather.forward(x, channels), [batch, h / 2, w / 2, 4 * channels]);
    });
  const inverse = (y: Tensor): Tensor =>
    tidy(() => {
      checkTensor('flows.squeeze', 'y', y);
      const [batch, h, w, channels] = y.shape as [number, number, number, number];
      ensure(
        y.rank === 4 && channels % 4 === 0,
        'flows.squeeze',
        () => `expected y of shape [B,h,w,4C], got [${y.shape}]`,
      );
      return reshape(gather.inverse(y, channels / 4), [batch, 2 * h, 2 * w, channels / 4]);
    });
  return {
    params: {},
    dispose: () => {},
    forward,
    inverse,
    forwardAndLogDet: (x) => tidy(() => ({ y: forward(x), logDet: zeros([x.shape[0]!]) })),
    carryScale: forward,
    inverseWithReport: (y, yError) => closedFormReport(inverse(y), yError, 1, 0),
    forwardWithReport: (x, xError) => movedReport(forward(x), xError),
  };
}

/** A permutation of values, up to the shape that they are given in. */
interface Permutation {
  forward(x: Tensor, channels: number): Tensor;
  inverse(y: Tensor, channels: number): Tensor;
}

// The axes below are (b r), i, s, j, c. Neighbours that stay together are one axis, which makes the
// transposition faster.

/** j and c stay neighbours: (b r), i, s, (j c) ↔ (b r), s, i, (j c). */
const offsetMajor: Permutation = {
  forward: (x, channels) => transpose(reshape(x, [-1, 2, x.shape[2]! / 2, 2 * channels]), [0, 2, 1, 3]),
  inverse: (y, channels) => transpose(reshape(y, [-1, y.shape[2]!, 2, 2 * channels]), [0, 2, 1, 3]),
};

/** (b r), i, s, j, c ↔ (b r), s, c, i, j. */
const channelMajor: Permutation = {
  forward: (x, channels) => transpose(reshape(x, [-1, 2, x.shape[2]! / 2, 2, channels]), [0, 2, 4, 1, 3]),
  inverse: (y, channels) => transpose(reshape(y, [-1, y.shape[2]!, channels, 2, 2]), [0, 3, 1, 4, 2]),
};

import { pad, slice, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Bijector } from '@iresnet/core';
import { checkTensor, described, ensure } from '@iresnet/core/internal';
import { closedFormReport, movedReport } from './report';

/**
 * y = (x, 0): it appends channels of zeros, so that the layers that follow have more channels to
 * work with.
 *
 * The map is a bijector onto its image, which is all y whose last channels are 0. It keeps lengths,
 * so the volume factor ½ log det JᵀJ, in the place of log|det|, is 0. A density on the padded space
 * is not a density of x; for a classifier that does not matter. The inverse drops the last
 * channels, whatever they hold: for a y outside the image it gives the nearest x. It cannot magnify
 * an error.
 *
 * @param channels - How many to append along the last axis, at least 1.
 * @returns A bijector without `params`, `[B, …, C] → [B, …, C + channels]`.
 * @throws IResNetError when `channels` is not a positive integer, or a y has too few channels.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { injectivePad } from '@iresnet/flows';
 *
 * injectivePad(2).forward(tf.tensor2d([[1, 2]])).print(); // [[1, 2, 0, 0]]
 * ```
 *
 * @see Jacobsen et al., i-RevNet (arXiv 1802.07088).
 */
export function injectivePad(channels: number): Bijector {
  ensure(
    Number.isInteger(channels) && channels > 0,
    'flows.injectivePad',
    () => `expected a positive number of channels, got ${described(channels)}`,
  );
  const forward = (x: Tensor): Tensor =>
    tidy(() => {
      checkTensor('flows.injectivePad', 'x', x);
      ensure(x.rank >= 2, 'flows.injectivePad', () => `expected x of shape [B,…,C], got [${x.shape}]`);
      return pad(
        x,
        x.shape.map((_, axis): [number, number] => [0, axis === x.rank - 1 ? channels : 0]),
      );
    });
  const inverse = (y: Tensor): Tensor =>
    tidy(() => {
      checkTensor('flows.injectivePad', 'y', y);
      const kept = y.shape[y.rank - 1]! - channels;
      ensure(
        y.rank >= 2 && kept > 0,
        'flows.injectivePad',
        () => `expected y of shape [B,…,C] with more than ${channels} channels, got [${y.shape}]`,
      );
      return slice(
        y,
        y.shape.map(() => 0),
        [...y.shape.slice(0, -1), kept],
      );
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

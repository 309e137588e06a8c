import { neg, split, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { delegate, type Bijector } from '@iresnet/core';
import { checkParts, carryScale, scaled } from '@iresnet/core/internal';
import { closedFormReport, reportForward, reportInverse, sizesOf } from './report';

/**
 * F⁻¹ as a bijector: `forward` and `inverse` exchanged, log|det ∂F⁻¹/∂y| = −log|det ∂F/∂x| at
 * x = F⁻¹(y).
 *
 * `params` are those of F. The inverse of F⁻¹ is F, which solves nothing: its error is the rounding
 * of F, and what F makes of an error of its input.
 *
 * @throws IResNetError when the argument is not a bijector.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { affine, invert } from '@iresnet/flows';
 *
 * invert(affine([2], [1])).forward(tf.tensor2d([[5]])).print(); // [[2]]
 * ```
 */
export function invert(bijector: Bijector): Required<Bijector> {
  checkParts('flows.invert', [bijector], 'forwardAndLogDet');
  return {
    ...delegate(bijector),
    forward: (y) => bijector.inverse(y),
    inverse: (x) => bijector.forward(x),
    forwardAndLogDet: (y, rng) =>
      tidy(() => {
        const x = bijector.inverse(y);
        return { y: x, logDet: neg(bijector.forwardAndLogDet(x, rng).logDet) };
      }),
    carryScale: (scale) => tidy(() => undone(bijector, scale)),
    inverseWithReport(x, xError, options) {
      const { value, errorBound, boundKind } = reportForward(bijector, x, xError, options);
      const converged = sizesOf(value).map((size) => size < Infinity);
      return { ...closedFormReport(value, undefined, 1, errorBound), boundKind, converged };
    },
    forwardWithReport(y, yError, options) {
      const { value, errorBound, boundKind } = reportInverse(bijector, y, yError, options);
      return { value, errorBound, boundKind };
    },
  };
}

/**
 * The scales behind F⁻¹: less what F makes of scales of 1. Where F changes the shape they start
 * anew.
 */
function undone(bijector: Bijector, scale: Tensor): Tensor {
  const before = zerosLike(reportInverse(bijector, zerosLike(scale)).value);
  if (before.shape.join() !== scale.shape.join()) return before;
  return scaled(scale, neg(split(carryScale(bijector, before), 3)[0]!));
}

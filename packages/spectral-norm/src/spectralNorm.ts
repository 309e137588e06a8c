import { tidy } from '@tensorflow/tfjs-core';
import { noGrad, type LinearOperator, type Rng } from '@iresnet/core';
import { checkRng } from '@iresnet/core/internal';
import { checkIterationOptions, checkOperator, type PowerIterationOptions } from './iterationOptions';
import { powerIteration } from './powerIteration';

/**
 * ‖A‖₂ by {@link powerIteration} from a random start to `rtol`, as a number. It is a lower bound;
 * {@link gramBound} gives an upper one.
 *
 * @param a - The operator at its true shape.
 * @param rng - Draws the start vector.
 * @param options - Tolerance and cap.
 * @throws IResNetError when A is not an operator, there is no rng, or an option is unknown or out
 * of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { rescale, spectralNorm } from '@iresnet/spectral-norm';
 *
 * const kernel = tf.tensor2d([[3, 0], [0, 2]]);
 * const sigma = spectralNorm(denseOperator(kernel), createRng(0));
 * rescale(kernel, sigma, 0.9).print(); // [[0.9, 0], [0, 0.6]]
 * ```
 */
export function spectralNorm(a: LinearOperator, rng: Rng, options: PowerIterationOptions = {}): number {
  const where = 'spectral-norm.spectralNorm';
  checkOperator(where, a);
  checkRng(where, rng);
  checkIterationOptions(where, options);
  return noGrad(() =>
    tidy(() => powerIteration(a, rng.normal([1, ...a.outShape]), options).sigma.dataSync()[0]!),
  );
}

import { add, concat, mul, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { createRng, type Bijector } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { numericalJacobian, STEP } from './differences';
import { logAbsDet, singularValues, type Matrix } from './float64';
import { gradientErrors } from './gradient';
import { allFinite, oneByOne, relativeError, valuesOf, worstExample } from './host';
import { Report, type CheckOptions, type Measurement } from './report';

/** Options of {@link checkBijector}. */
export interface BijectorCheckOptions extends CheckOptions {
  /**
   * Whether the log-determinant is exact, as it is for every flow without a stochastic estimator;
   * true by default. If false, the laws that compare its value and gradient are left out.
   */
  readonly exact?: boolean;
  /**
   * Relative tolerance of y and x, 1e-4 by default. An iterative inverse must be at least that
   * exact.
   */
  readonly rtol?: number;
  /** Absolute tolerance of the log-determinant in nats, 1e-3 by default. */
  readonly logDetAtol?: number;
  /** Relative tolerance of gradients against finite differences, 1e-2 by default. */
  readonly differenceRtol?: number;
  /**
   * Step h of the finite differences, 2⁻⁷ by default; x ± 3h must lie in the domain of `forward`.
   */
  readonly step?: number;
}

/**
 * Check the laws of a {@link Bijector} F at x:
 *
 * - F⁻¹(F(x)) = x, and F(F⁻¹(y)) = y at points y between those of the batch;
 * - `forwardAndLogDet(x).y` equals `forward(x)`, the log-determinant has shape `[B]`, everything is
 *   finite;
 * - the examples of a batch do not see each other, in either direction;
 * - log|det ∂F/∂x| equals that of the Jacobian by finite differences, in float64 (where F has more
 *   outputs than inputs, the sum of the logarithms of its singular values);
 * - the tape's gradients of y and of the log-determinant, with respect to x and to every trainable
 *   parameter, agree with finite differences.
 *
 * A bijector that initialises itself on its first batch does so on x. Parameters and state are
 * moved and put back. What follows a parameter by iteration (a spectral norm) must do so to about
 * 1e-6, or the difference quotients measure its tolerance. Leaves no tensor alive. Cost: 4·d
 * evaluations of F for an event of d values, and some hundred more; take a small x.
 *
 * @param bijector - F.
 * @param x - `[B, ...event]` with B ≥ 2, inside the domain.
 * @returns The measured error of each law.
 * @throws IResNetError naming the first law that is broken, the error and the tolerance.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import type { Bijector } from '@iresnet/core';
 * import { checkBijector } from '@iresnet/testing';
 *
 * const exponential: Bijector = {
 *   params: {},
 *   forward: (x) => tf.exp(x),
 *   inverse: (y) => tf.log(y),
 *   forwardAndLogDet: (x) => ({ y: tf.exp(x), logDet: tf.sum(x, 1) }),
 *   dispose: () => {},
 * };
 * checkBijector(exponential, tf.tensor2d([[0.1, -1], [0.7, 0.3]]));
 * ```
 */
export function checkBijector(
  bijector: Bijector,
  x: Tensor,
  {
    name = 'the bijector',
    rng = createRng(0),
    exact = true,
    rtol = 1e-4,
    logDetAtol = 1e-3,
    differenceRtol = 1e-2,
    step = STEP,
  }: BijectorCheckOptions = {},
): Measurement[] {
  ensure(
    x.rank >= 1 && x.shape[0]! >= 2,
    'testing.checkBijector',
    () => `expected x [B, ...] with B ≥ 2, got [${x.shape}]`,
  );
  const report = new Report('testing.checkBijector', name);
  // The same probes in every call: a stochastic estimate is then a fixed function of x.
  const evaluate = (z: Tensor) => bijector.forwardAndLogDet(z, createRng(0));
  const forward = (z: Tensor) => bijector.forward(z);
  const inverse = (z: Tensor) => bijector.inverse(z);
  tidy(() => {
    const y = forward(x);
    const both = evaluate(x);
    report.require('forward(x) is finite', allFinite(y));
    report.require('the log-determinant is finite', allFinite(both.logDet));
    report.require('the log-determinant has shape [B]', both.logDet.shape.join() === `${x.shape[0]}`);
    report.measure('forwardAndLogDet(x).y = forward(x)', relativeError(both.y, y), rtol);
    report.measure('inverse(forward(x)) = x', worstExample(inverse(y), x), rtol);
    const between = midpoints(y);
    report.measure('forward(inverse(y)) = y', worstExample(forward(inverse(between)), between), rtol);
    report.measure('forward: examples are independent', worstExample(oneByOne(forward, x), y), rtol);
    report.measure(
      'inverse: examples are independent',
      worstExample(oneByOne(inverse, between), inverse(between)),
      rtol,
    );
    if (exact) {
      const logDet = (z: Tensor) => evaluate(z).logDet;
      const alone = largestDifference(valuesOf(oneByOne(logDet, x)), valuesOf(both.logDet));
      report.measure('log-determinant: examples are independent', alone, logDetAtol);
      const truth = numericalJacobian(forward, x, step).map(logVolume);
      report.measure('log|det ∂F/∂x|', largestDifference(valuesOf(both.logDet), truth), logDetAtol);
    }
    const taped = (z: Tensor): Record<string, Tensor> => {
      const { y, logDet } = evaluate(z);
      return { y, ...(exact && { 'the log-determinant': logDet }) };
    };
    // An estimate of a log-determinant that is not compared need not be made.
    const values = exact ? taped : (z: Tensor) => ({ y: forward(z) });
    const errors = gradientErrors(taped, x, bijector.params, rng, step, values);
    for (const [what, found] of Object.entries(errors))
      for (const [of, error] of Object.entries(found))
        report.measure(`the gradient of ${what} with respect to ${of}`, error, differenceRtol);
  });
  return report.measurements;
}

/**
 * Half-way between each example and the next: in the image of F whenever that is convex, as every
 * image here is.
 */
function midpoints(y: Tensor): Tensor {
  const rest = y.shape.slice(1);
  const zeros = rest.map(() => 0);
  const batch = y.shape[0]!;
  const next = concat(
    [slice(y, [1, ...zeros], [batch - 1, ...rest]), slice(y, [0, ...zeros], [1, ...rest])],
    0,
  );
  return mul(0.5, add(y, next));
}

/** log|det J|, or ½ log det JᵀJ for a tall J. */
function logVolume(jacobian: Matrix): number {
  if (jacobian.length === jacobian[0]!.length) return logAbsDet(jacobian);
  return singularValues(jacobian).reduce((sum, value) => sum + Math.log(value), 0);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

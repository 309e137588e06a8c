import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { createRng, type DifferentiableMap } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { directionalDerivative, STEP } from './differences';
import { dot, norm } from './float64';
import { gradientErrors } from './gradient';
import { differenceError, oneByOne, relativeError, valuesOf, weightedError, worstExample } from './host';
import { checkOperator } from './operator';
import { Report, type CheckOptions, type Measurement } from './report';

/** Options of {@link checkMap}. */
export interface MapCheckOptions extends CheckOptions {
  /** Relative tolerance of what holds up to rounding, 1e-4 by default. */
  readonly rtol?: number;
  /**
   * Relative tolerance of comparisons with finite differences, 5e-3 by default; they reach about
   * 1e-4.
   */
  readonly differenceRtol?: number;
  /** Step h of the finite differences in x and in the parameters, 2⁻⁷ by default. */
  readonly step?: number;
}

/** Random directions along which products are compared. */
const DIRECTIONS = 3;

/**
 * Check the laws of a {@link DifferentiableMap} f at x:
 *
 * - `linearize(x).y` equals `apply(x)`, and the examples of a batch do not see each other;
 * - J v and Jᵀ u agree with finite differences of `apply`;
 * - the Jacobian keeps the laws of {@link checkOperator};
 * - the tape's gradients of `apply(x)`, `linearize(x).y`, J v, Jᵀ u and a known tr J, with respect
 *   to x and to every trainable parameter, agree with finite differences. For the products these
 *   are second derivatives: here a wrong σ″ shows.
 *
 * Parameters and state are moved and put back. What follows a parameter by iteration (a spectral
 * norm) must do so to about 1e-6, or the difference quotients measure its tolerance. Leaves no
 * tensor alive. Cost: some hundred evaluations of f on x; take a small x. At a kink of f (ReLU) the
 * difference quotient says nothing and is not held against f; keep most values away from kinks.
 *
 * @param map - f.
 * @param x - `[B, ...in]` with B ≥ 2.
 * @returns The measured error of each law, those of the Jacobian included.
 * @throws IResNetError naming the first law that is broken, the error and the tolerance.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator, type DifferentiableMap } from '@iresnet/core';
 * import { checkMap } from '@iresnet/testing';
 *
 * const kernel = tf.variable(tf.tensor2d([[0.5, -0.2], [0.1, 0.3]]));
 * const linear: DifferentiableMap = {
 *   params: { kernel },
 *   apply: (x) => tf.matMul(x, kernel),
 *   linearize: (x) => ({ y: tf.matMul(x, kernel), jacobian: denseOperator(kernel) }),
 *   dispose: () => kernel.dispose(),
 * };
 * checkMap(linear, tf.tensor2d([[1, 2], [3, -4]]));
 * ```
 */
export function checkMap(
  map: DifferentiableMap,
  x: Tensor,
  {
    name = 'the map',
    rng = createRng(0),
    rtol = 1e-4,
    differenceRtol = 5e-3,
    step = STEP,
  }: MapCheckOptions = {},
): Measurement[] {
  ensure(
    x.rank >= 1 && x.shape[0]! >= 2,
    'testing.checkMap',
    () => `expected x [B, ...] with B ≥ 2, got [${x.shape}]`,
  );
  const report = new Report('testing.checkMap', name);
  tidy(() => {
    const apply = (z: Tensor) => map.apply(z);
    const y = map.apply(x);
    const linear = map.linearize(x);
    report.measure('linearize(x).y = apply(x)', relativeError(linear.y, y), rtol);
    report.measure('examples are independent', worstExample(oneByOne(apply, x), y), rtol);

    for (let k = 0; k < DIRECTIONS; k++) {
      const v = rng.normal(x.shape);
      const u = rng.normal(y.shape);
      const numerical = directionalDerivative(apply, x, valuesOf(v), step);
      const jv = valuesOf(linear.jacobian.matvec(v));
      report.measure('J v is the derivative of apply', differenceError(jv, numerical), differenceRtol);
      const jtu = valuesOf(linear.jacobian.rmatvec(u));
      const error = weightedError(dot(jtu, valuesOf(v)), valuesOf(u), numerical);
      const scale = Math.max(norm(jtu), Math.abs(dot(valuesOf(u), numerical.value)));
      report.measure('Jᵀ u is the gradient of ⟨u, apply⟩', error === 0 ? 0 : error / scale, differenceRtol);
    }
    report.measurements.push(
      ...checkOperator(linear.jacobian, { name: `the Jacobian of ${name}`, batch: x.shape[0]!, rng, rtol }),
    );

    const v = rng.normal(x.shape);
    const u = rng.normal(y.shape);
    const taped = (z: Tensor): Record<string, Tensor> => {
      const { y, jacobian } = map.linearize(z);
      return {
        'apply(x)': apply(z),
        'linearize(x).y': y,
        'J v': jacobian.matvec(v),
        'Jᵀ u': jacobian.rmatvec(u),
        ...(linear.jacobian.trace && { 'tr J': jacobian.trace!() }),
      };
    };
    for (const [what, errors] of Object.entries(gradientErrors(taped, x, map.params, rng, step)))
      for (const [of, error] of Object.entries(errors))
        report.measure(`the gradient of ${what} with respect to ${of}`, error, differenceRtol);
  });
  return report.measurements;
}

import {
  expandDims,
  mul,
  reshape,
  sum,
  tensor,
  tidy,
  transpose,
  variable,
  variableGrads,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import {
  createRng,
  denseOperator,
  type LinearOperator,
  type LogDetEstimator,
  type MatVec,
  type Rng,
} from '@iresnet/core';
import { checkGradients, ensure } from '@iresnet/core/internal';
import { norm } from './float64';
import { allFinite, examplesOf, valuesOf } from './host';
import { checkNoLeak } from './noLeak';
import { Report, type CheckOptions, type Measurement } from './report';
import { exactGradient, logDetPlusIdentity, N, testMatrices } from './spectra';

/** Options of {@link checkEstimator}. */
export interface EstimatorCheckOptions extends CheckOptions {
  /**
   * Whether value and gradient are exact up to the tolerances, as with a full basis of probes; true
   * by default. If false, the laws that compare them with the truth are left out.
   */
  readonly exact?: boolean;
  /**
   * Whether the estimator also takes A as a bare product v ↦ A v, as those of `@iresnet/logdet` do;
   * false by default.
   */
  readonly bare?: boolean;
  /**
   * Spectral norm of the test matrices, in (0, 1); 0.8 by default. Truncation error grows with it.
   */
  readonly spectralNorm?: number;
  /** Absolute tolerance of the value in nats, 1e-4 by default. */
  readonly atol?: number;
  /** Relative tolerance of the gradient, 1e-4 by default. */
  readonly rtol?: number;
}

/** Tolerance in nats of two estimates from equal probes: rounding. */
const SAME = 1e-5;

/**
 * Check a {@link LogDetEstimator} of log|det(I + A)| on a batch of 4×4 matrices, one for each kind
 * of spectrum: zero, nilpotent, multiples of I of both signs, symmetric indefinite, pairs of
 * complex eigenvalues, rank one, and a general one.
 *
 * - The result has shape `[B]`, is finite, repeats for equal random streams, and nothing else is
 *   left alive;
 * - it is the same for events of rank 3 and, if asked, for the bare product of the operator;
 * - value against the float64 log-determinant, and gradient with respect to the entries of A
 *   against finite differences of that;
 * - the gradient with respect to a kernel that all examples share.
 *
 * @param estimator - The estimator, with its probes and truncation already chosen.
 * @returns The measured error of each law for each kind of matrix.
 * @throws IResNetError naming the first law and matrix that failed, the error and the tolerance.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { basisVectors, eventSize, type LogDetEstimator } from '@iresnet/core';
 * import { checkEstimator } from '@iresnet/testing';
 *
 * // Σₖ (−1)ᵏ⁺¹ tr(Aᵏ)/k, k ≤ 12: its exact trace, differentiated term by term.
 * const series: LogDetEstimator = (a, shape) =>
 *   tf.tidy(() => {
 *     const [batch = 1, ...event] = shape;
 *     let total: tf.Tensor = tf.zeros([batch]);
 *     for (const e of tf.unstack(basisVectors(batch, event))) {
 *       let v = e;
 *       for (let k = 1; k <= 12; k++) {
 *         v = a.matvec(v);
 *         const term = tf.sum(tf.reshape(tf.mul(e, v), [batch, eventSize(event)]), 1);
 *         total = tf.add(total, tf.mul((k % 2 === 1 ? 1 : -1) / k, term));
 *       }
 *     }
 *     return total;
 *   });
 * checkEstimator(series, { spectralNorm: 0.3 });
 * ```
 */
export function checkEstimator(
  estimator: LogDetEstimator,
  {
    name = 'the estimator',
    rng = createRng(0),
    exact = true,
    bare = false,
    spectralNorm = 0.8,
    atol = 1e-4,
    rtol = 1e-4,
  }: EstimatorCheckOptions = {},
): Measurement[] {
  ensure(
    spectralNorm > 0 && spectralNorm < 1,
    'testing.checkEstimator',
    () => `expected spectralNorm in (0, 1), got ${spectralNorm}`,
  );
  const report = new Report('testing.checkEstimator', name);
  const cases = Object.entries(testMatrices(spectralNorm));
  const general = cases.at(-1)![1];
  const a = variableOf(
    cases.map(([, matrix]) => matrix),
    [cases.length, N, N],
  );
  const kernel = variableOf([general], [N, N]);
  const estimate = (of: MatVec | LinearOperator, batch: number, event = [N]): Tensor =>
    tidy(() => estimator(of as LinearOperator, [batch, ...event], sameStream(rng)));
  const separate = batchedOperator(a);
  const product = (v: Tensor) => separate.matvec(v);
  try {
    tidy(() => {
      const value = estimate(separate, cases.length);
      report.require('the result has shape [B]', value.shape.join() === `${cases.length}`);
      report.require('the result is finite', allFinite(value));
      const same = (law: string, other: Tensor) => {
        const differences = valuesOf(other).map((v, i) => Math.abs(v - valuesOf(value)[i]!));
        report.measure(law, Math.max(...differences), SAME);
      };
      same('equal streams give equal results', estimate(separate, cases.length));
      if (bare) same('a bare product serves as well as an operator', estimate(product, cases.length));
      const event = [2, 1, 2];
      same('events of rank 3 serve as vectors do', estimate(reshaped(separate, event), cases.length, event));

      const gradients = {
        'an operator': gradientOf(() => estimate(separate, cases.length), a),
        ...(bare && { 'a bare product': gradientOf(() => estimate(product, cases.length), a) }),
      };
      for (const [form, gradient] of Object.entries(gradients)) {
        report.require(`the gradient through ${form} is finite`, allFinite(gradient));
      }
      if (!exact) return;
      cases.forEach(([kind, matrix], b) => {
        const error = Math.abs(valuesOf(value)[b]! - logDetPlusIdentity(matrix));
        report.measure(`the value for a matrix that is ${kind}`, error, atol);
        const truth = exactGradient(matrix);
        for (const [form, gradient] of Object.entries(gradients)) {
          const difference = relative(examplesOf(gradient)[b]!, truth);
          report.measure(`the gradient through ${form} that is ${kind}`, difference, rtol);
        }
      });
      const shared = gradientOf(() => estimate(denseOperator(kernel), 3), kernel);
      const truth = exactGradient(general).map((entry) => 3 * entry);
      report.measure(
        'the gradient with respect to a kernel that all share',
        relative(valuesOf(shared), truth),
        rtol,
      );
    });
    report.measurements.push(
      ...checkNoLeak(() => estimator(denseOperator(kernel), [3, N], sameStream(rng)), { name, tape: true }),
    );
  } finally {
    a.dispose();
    kernel.dispose();
  }
  return report.measurements;
}

/** The same stream at each call, so that estimates can be compared. */
function sameStream(rng: Rng): Rng {
  return rng.split('checkEstimator');
}

function variableOf(matrices: readonly (readonly number[][])[], shape: number[]): Variable {
  return tidy(() => variable(tensor(matrices.flat(2), shape)));
}

/** One matrix for each example: A v = Σⱼ Aᵢⱼ vⱼ. */
function batchedOperator(matrices: Tensor): LinearOperator {
  const product = (m: Tensor, v: Tensor) => tidy(() => sum(mul(m, expandDims(v, -2)), -1));
  return {
    inShape: [N],
    outShape: [N],
    matvec: (v) => product(matrices, v),
    rmatvec: (u) => tidy(() => product(transpose(matrices, [0, 2, 1]), u)),
  };
}

/** The same operator on events of another shape. */
function reshaped(a: LinearOperator, event: readonly number[]): LinearOperator {
  const through = (f: (v: Tensor) => Tensor) => (v: Tensor) =>
    tidy(() => reshape(f(reshape(v, [...v.shape.slice(0, -event.length), N])), v.shape));
  return { inShape: event, outShape: event, matvec: through(a.matvec), rmatvec: through(a.rmatvec) };
}

function gradientOf(f: () => Tensor, of: Variable): Tensor {
  checkGradients('testing.checkEstimator');
  const { grads } = variableGrads(() => sum(f()) as Scalar, [of]);
  return grads[of.name]!;
}

function relative(a: ArrayLike<number>, b: Float64Array): number {
  return norm(b.map((value, i) => value - a[i]!)) / norm(b);
}

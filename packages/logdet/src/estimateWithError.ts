import { mean, moments, sqrt, div, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  noGrad,
  type LinearOperator,
  type LogDetEstimator,
  type MatVec,
  type Rng,
  type Shape,
} from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { squareOperator } from './product';

/** An estimate and how far chance may have moved it. */
export interface EstimateWithError {
  /** The mean of the repeats, `[B]`, nats; carries the gradient. */
  readonly logDet: Tensor;
  /** Its standard error, `[B]`, nats; a constant. */
  readonly standardError: Tensor;
}

/**
 * The mean x̄ of r independent estimates and its standard error √(Σ (xᵢ − x̄)² / (r(r − 1))), per example.
 *
 * Works for every estimator, as it looks at results only: it measures what probes, roulette and everything else random contribute,
 * not the bias of a truncation. The error itself is known to about 1/√(2(r − 1)) of its size. Costs r estimates.
 *
 * @param estimator - The estimator; each repeat draws from `rng` anew.
 * @param a - A, a bare product or an operator.
 * @param shape - `[B, ...event]`, the shape of one probe per example.
 * @param rng - The source of the probes.
 * @param repeats - r ≥ 2. Default 8.
 * @returns Two tensors `[B]` that the caller owns.
 * @throws IResNetError when r < 2.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { arnoldi, estimateWithError } from '@iresnet/logdet';
 *
 * const rng = createRng(0);
 * const a = denseOperator(tf.mul(0.05, rng.normal([16, 16])));
 * const { logDet, standardError } = estimateWithError(arnoldi({ products: 4 }), a, [1, 16], rng);
 * console.log(`${logDet.dataSync()[0]} ± ${standardError.dataSync()[0]} nats`);
 * ```
 */
export function estimateWithError(
  estimator: LogDetEstimator,
  a: MatVec | LinearOperator,
  shape: Shape,
  rng: Rng,
  repeats = 8,
): EstimateWithError {
  ensure(
    Number.isInteger(repeats) && repeats >= 2,
    'logdet.estimateWithError',
    () => `expected repeats ≥ 2, got ${repeats}`,
  );
  const operator = squareOperator('logdet.estimateWithError', a, shape, rng);
  return tidy(() => {
    const estimates = stack(Array.from({ length: repeats }, () => estimator(operator, shape, rng)));
    return {
      logDet: mean(estimates, 0),
      standardError: noGrad(() => sqrt(div(moments(estimates, 0).variance, repeats - 1))),
    };
  });
}

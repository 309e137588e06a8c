import { div, mean, moments, sqrt, stack, tidy } from '@tensorflow/tfjs-core';
import {
  noGrad,
  type LinearOperator,
  type LogDetEstimator,
  type MatVec,
  type Rng,
  type Shape,
} from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import { squareOperator, type EstimateWithError, type ProductEstimator } from './product';

/**
 * An estimate and its standard error s/√S per example, s² = Σ (xᵢ − x̄)²/(S − 1), from the values
 * xᵢ of the S probes of one call.
 *
 * The square of the error is unbiased, and known to about √(2/(S − 1)) of its size. For orthogonal
 * probes it is (1 − S/d) times as large, since S = d of them leave nothing to chance. For Hutch++
 * it counts the probes of the rest alone, and for a full basis, or `exact`, it is 0. It does not
 * include the bias of a truncation. It costs nothing beside the estimate.
 *
 * With `repeats` = r the estimate is the mean of r calls instead, and its error √(Σ (xᵢ − x̄)²/(r(r
 * − 1))) comes from the r results. That serves any estimator, and measures everything that is
 * random: a roulette needs it, since the number of its terms is drawn once a call. It costs r
 * estimates.
 *
 * @param estimator - The estimator.
 * @param a - A, a bare product or an operator.
 * @param shape - `[B, ...event]`, the shape of one probe per example.
 * @param rng - The source of the probes; each repeat draws from it anew.
 * @param repeats - r ≥ 2. Default: one call.
 * @returns Two tensors `[B]` that the caller owns.
 * @throws IResNetError when there is a single probe and no repeats, when the estimator can only be
 * repeated, or r < 2.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { arnoldi, estimateWithError, powerSeries, rademacher } from '@iresnet/logdet';
 * import { russianRoulette } from '@iresnet/logdet';
 *
 * const rng = createRng(0);
 * const a = denseOperator(tf.mul(0.05, rng.normal([16, 16])));
 * const estimator = arnoldi({ products: 4, probe: rademacher(8) });
 * const { logDet, standardError } = estimateWithError(estimator, a, [1, 16], rng);
 * console.log(`${logDet.dataSync()[0]} ± ${standardError.dataSync()[0]} nats`);
 *
 * const roulette = powerSeries({ truncation: russianRoulette() });
 * estimateWithError(roulette, a, [1, 16], rng, 8).standardError.print(); // eight calls
 * ```
 */
export function estimateWithError(
  estimator: LogDetEstimator & Pick<ProductEstimator, 'withError'>,
  a: MatVec | LinearOperator,
  shape: Shape,
  rng: Rng,
  repeats?: number,
): EstimateWithError {
  const where = 'logdet.estimateWithError';
  ensure(
    typeof estimator === 'function',
    where,
    () => `expected an estimator such as arnoldi({ products: 4 }), got ${described(estimator)}`,
  );
  if (repeats === undefined) {
    ensure(
      estimator.withError !== undefined,
      where,
      () => 'expected repeats ≥ 2 for an estimator that draws more than its probes, got none',
    );
    return estimator.withError(a, shape, rng);
  }
  ensure(
    Number.isInteger(repeats) && repeats >= 2,
    where,
    () => `expected repeats ≥ 2, got ${described(repeats)}`,
  );
  const operator = squareOperator(where, a, shape, rng);
  return tidy(() => {
    const estimates = stack(Array.from({ length: repeats }, () => estimator(operator, shape, rng)));
    return {
      logDet: mean(estimates, 0),
      standardError: noGrad(() => sqrt(div(moments(estimates, 0).variance, repeats - 1))),
    };
  });
}

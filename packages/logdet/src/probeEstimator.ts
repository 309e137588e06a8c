import {
  add,
  mul,
  slice,
  sqrt,
  square,
  sub,
  sum,
  mean,
  tidy,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { noGrad, type LinearOperator, type Rng, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { squareOperator, type EstimateWithError, type ProductEstimator } from './product';
import type { ProbeSet } from './probes';

/** The values of the probes of one call. */
export interface PerProbe extends Omit<ProbeSet, 'vectors'> {
  /**
   * ≈ uᵀ log(I + A) u of each probe u, `[S, B]`, nats; carries the gradient. Where A knows its
   * trace, ≈ uᵀ (log(I + A) − A) u.
   */
  readonly values: Tensor;
}

/**
 * The estimator Σ weight · value over the probes, with its standard error.
 *
 * Where A knows its trace, it is added: tr log(I + A) = tr A + E[uᵀ (log(I + A) − A) u]. The first
 * term has the most of the variance of a probe, and then has none.
 *
 * @param perProbe - The values; it runs inside a tidy.
 * @param onlyProbes - Whether nothing but the probes is random. If false there is no standard
 * error.
 */
export function probeEstimator(
  where: string,
  perProbe: (a: LinearOperator, shape: Shape, rng: Rng) => PerProbe,
  onlyProbes = true,
): ProductEstimator {
  const found = (...[bare, shape, rng]: Parameters<ProductEstimator>) => {
    const a = squareOperator(where, bare, shape, rng);
    const values = perProbe(a, shape, rng);
    return { values, logDet: a.trace ? add(a.trace(), total(values)) : total(values) };
  };
  const estimate: ProductEstimator = (...call) => tidy(() => found(...call).logDet);
  if (!onlyProbes) return estimate;
  return Object.assign(estimate, {
    withError: (...call: Parameters<ProductEstimator>): EstimateWithError =>
      tidy(() => {
        const { values, logDet } = found(...call);
        return { logDet, standardError: noGrad(() => standardError(where, values)) };
      }),
  });
}

function total({ values, weight }: PerProbe): Tensor {
  return mul(sum(values, 0), weight);
}

/**
 * √(n/(n − 1) Σ (cᵢ − c̄)² (1 − n/N)), per example, over the contributions cᵢ of the n random
 * probes.
 *
 * For independent probes N is infinite. For n of the directions of a random orthogonal frame of N
 * the values of all N have the constant sum tr f(A). Two of them are therefore correlated by −1/(N
 * − 1), and the error is that of drawing n of N without replacement.
 */
function standardError(
  where: string,
  { values, weight, random = values.shape[0]!, outOf = Infinity }: PerProbe,
): Tensor {
  const [samples, batch] = values.shape as [number, number];
  if (random === 0) return zeros([batch]);
  ensure(
    random >= 2,
    `${where}.withError`,
    () => 'expected at least two random probes, got one: give the probe more samples, or give repeats',
  );
  const chosen = slice(values, [samples - random, 0], [random, batch]);
  const squares = sum(square(sub(chosen, mean(chosen, 0, true))), 0);
  return mul(weight, sqrt(mul(squares, (random / (random - 1)) * Math.max(0, 1 - random / outOf))));
}

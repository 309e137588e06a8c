import { add, mul, stack, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot, type LinearOperator, type LogDetEstimator, type MatVec } from '@iresnet/core';
import { powerSeries, type PowerSeriesOptions } from '@iresnet/logdet';

/**
 * The series with probes alone, as in the official code: a trace that the Jacobian knows is not
 * used.
 */
export function probedSeries(options: PowerSeriesOptions): LogDetEstimator {
  const series = powerSeries(options);
  return ({ trace: _trace, ...products }, shape, rng) => series(products, shape, rng);
}

/**
 * eᵀJᵏe for k = 1, …, terms, taped: `[terms, B]` for probes e like x, `[terms, S, B]` for S of
 * them.
 */
export function powers(
  jacobian: LinearOperator | MatVec,
  probe: Tensor,
  terms: number,
  eventRank?: number,
): Tensor {
  const product = typeof jacobian === 'function' ? jacobian : (v: Tensor) => jacobian.matvec(v);
  const rows: Tensor[] = [];
  let power = probe;
  for (let k = 1; k <= terms; k++) {
    power = product(power);
    rows.push(batchDot(probe, power, eventRank));
  }
  return stack(rows);
}

/**
 * Σ cₖ (−1)ᵏ⁺¹/k eᵀJᵏe from taped products: its gradient is that of the value, at the cost of a
 * tape of all powers.
 */
export function plainSeries(
  jacobian: LinearOperator | MatVec,
  probe: Tensor,
  weights: ArrayLike<number>,
): Tensor {
  const product = typeof jacobian === 'function' ? jacobian : (v: Tensor) => jacobian.matvec(v);
  let total: Tensor = zeros([probe.shape[0]!]);
  let power = probe;
  for (let i = 0; i < weights.length; i++) {
    power = product(power);
    total = add(total, mul(batchDot(probe, power), ((i % 2 === 0 ? 1 : -1) * weights[i]!) / (i + 1)));
  }
  return total;
}

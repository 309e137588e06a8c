import { add, dispose, mul, sub, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot, noGrad } from '@iresnet/core';
import { squareOperator, type ProductEstimator } from './product';
import { drawProbes, rademacher, type AdaptedProbe } from './probes';
import { truncated, type Truncation } from './truncation';

/** Options of {@link powerSeries}. */
export interface PowerSeriesOptions {
  /** How the series ends: a number of terms, or a rule. Default 10 terms. */
  readonly truncation?: number | Truncation;
  /** The probes. Default one Rademacher vector per example. */
  readonly probe?: AdaptedProbe;
}

/**
 * log|det(I + A)| = tr log(I + A) ≈ Σₖ cₖ (−1)ᵏ⁺¹/k · E[uᵀAᵏu], for ‖A‖₂ < 1.
 *
 * One sweep Au, A²u, …, Aᴷu, untaped, gives the value and, by the Neumann series z = Σₖ cₖ (−A)ᵏ u ≈ (I + A)⁻¹u, the vector of the
 * gradient: d log det = tr((I + A)⁻¹ dA) = E[uᵀ dA z]. The one taped product A z carries it. Memory does not grow with K.
 *
 * @returns An estimator; it costs K untaped products and one taped, times the number of probes. Bias: {@link seriesBias} for
 * {@link truncated}, none for a roulette. The value is not the gradient's antiderivative for one draw, only on average.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { basis, powerSeries } from '@iresnet/logdet';
 *
 * const logDet = powerSeries({ truncation: 40, probe: basis() });
 * const a = denseOperator(tf.tensor2d([[0.5, 0.1], [0, 0.2]]));
 * logDet(a, [1, 2], createRng(0)).print(); // ln 1.5 + ln 1.2 = 0.5878
 * ```
 *
 * @see Behrmann et al. (arXiv 1811.00995); the gradient: Chen et al. (arXiv 1906.02735).
 */
export function powerSeries(options: PowerSeriesOptions = {}): ProductEstimator {
  const { truncation = 10, probe = rademacher() } = options;
  const rule = typeof truncation === 'number' ? truncated(truncation) : truncation;
  return (a, shape, rng) =>
    tidy(() => {
      const operator = squareOperator('logdet.powerSeries', a, shape, rng);
      const product = (v: Tensor) => operator.matvec(v);
      const rank = shape.length - 1;
      const {
        vectors: u,
        value,
        z,
        weight,
      } = noGrad(() => {
        const { vectors, weight } = drawProbes('logdet.powerSeries', probe, shape, rng, product);
        // A roulette without exact terms may stop before the first: the estimate is then 0.
        let sweep = { power: vectors, value: zeros(vectors.shape.slice(0, 2)), z: vectors };
        rule(rng).forEach((c, i) => {
          const last = sweep;
          const sign = i % 2 === 0 ? 1 : -1;
          sweep = tidy(() => {
            const power = product(last.power);
            const term = mul(batchDot(vectors, power, rank), (sign * c) / (i + 1));
            return { power, value: add(last.value, term), z: add(last.z, mul(power, -sign * c)) };
          });
          dispose(i > 0 ? last : last.value); // memory does not grow with K
        });
        return { ...sweep, vectors, weight };
      });
      return withGradient(value, batchDot(u, product(z), rank), weight);
    });
}

/** The value of one expression with the gradient of another, summed over the probes: `[S, B] → [B]`. */
export function withGradient(value: Tensor, surrogate: Tensor, weight: number): Tensor {
  const total = add(
    value,
    sub(
      surrogate,
      noGrad(() => surrogate.clone()),
    ),
  );
  return mul(sum(total, 0), weight);
}

import { add, dispose, mul, sub, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot, noGrad } from '@iresnet/core';
import { checkOptions, described, ensure } from '@iresnet/core/internal';
import { probeEstimator } from './probeEstimator';
import type { ProductEstimator } from './product';
import { checkProbe, drawProbes, rademacher, type AdaptedProbe } from './probes';
import { withGradient } from './surrogate';
import { truncated, type Truncation } from './truncation';

/** Options of {@link powerSeries}. */
export interface PowerSeriesOptions {
  /** How the series ends: a number of terms, or a rule. Default 10 terms. */
  readonly truncation?: number | Truncation;
  /** The probes. Default one Rademacher vector per example. */
  readonly probe?: AdaptedProbe;
}

/**
 * log|det(I + A)| ≈ Σₖ cₖ (−1)ᵏ⁺¹/k · E[uᵀAᵏu], for ‖A‖₂ < 1.
 *
 * This is the series of tr log(I + A), with probes for the traces. One sweep Au, A²u, …, Aᴷu,
 * untaped, gives the value. By the Neumann series it also gives w = Σₖ cₖ (−A)ᵏ u ≈ (I + A)⁻¹u, the
 * vector of the gradient: d log det = tr((I + A)⁻¹ dA) = E[uᵀ dA w]. The one taped product A w
 * carries it. Memory does not grow with K. Where A knows its trace (runs of two or three layers
 * do), the first term and its gradient are exact.
 *
 * @returns An estimator. It costs K untaped products and one taped, times the number of probes. Its
 * bias is at most {@link seriesBias} for {@link truncated}, and 0 for a roulette. The value is not
 * the gradient's antiderivative for one draw, only on average. Nothing checks ‖A‖₂ < 1: the series
 * of a larger A diverges, and the value, however large, then means nothing ({@link exact} has no
 * such condition).
 * @throws IResNetError for an unknown option, and when the number of terms is not a count.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
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
  const where = 'logdet.powerSeries';
  checkOptions(where, options, { truncation: true, probe: true });
  const { truncation = 10, probe = rademacher() } = options;
  const rule = typeof truncation === 'number' ? truncated(truncation) : truncation;
  ensure(
    typeof rule === 'function',
    where,
    () =>
      `expected truncation as a number of terms or a rule such as russianRoulette(), got ${described(rule)}`,
  );
  checkProbe(where, probe);
  return probeEstimator(
    where,
    (a, shape, rng) => {
      const product = (v: Tensor) => a.matvec(v);
      const rank = shape.length - 1;
      const {
        vectors: u,
        value,
        w,
        weights,
      } = noGrad(() => {
        const { vectors, ...weights } = drawProbes(where, probe, shape, rng, product);
        // A roulette without exact terms may stop before the first: the estimate is then 0.
        let sweep = { power: vectors, value: zeros(vectors.shape.slice(0, 2)), w: vectors };
        rule(rng).forEach((c, i) => {
          const last = sweep;
          const sign = i % 2 === 0 ? 1 : -1;
          sweep = tidy(() => {
            const power = product(last.power);
            const known = i === 0 && a.trace !== undefined;
            const term = mul(batchDot(vectors, power, rank), known ? 0 : (sign * c) / (i + 1));
            return { power, value: add(last.value, term), w: add(last.w, mul(power, -sign * c)) };
          });
          dispose(i > 0 ? last : last.value); // memory does not grow with K
        });
        const w = a.trace ? sub(sweep.w, vectors) : sweep.w;
        return { value: sweep.value, w, vectors, weights };
      });
      return { ...weights, values: withGradient(value, batchDot(u, product(w), rank)) };
    },
    rule.random === false,
  );
}

import type { Rng } from '@iresnet/core';
import { checkOptions, checkRng, described, ensure } from '@iresnet/core/internal';
import type { Truncation } from './truncation';

/** A distribution of the number of terms N that a roulette pays beyond its exact ones. */
export interface StoppingDistribution {
  /** P(N ≥ j), j = 0, 1, … */
  survival(j: number): number;
  /** One draw. */
  draw(rng: Rng): number;
}

/**
 * N on 1, 2, … with P(N ≥ j) = (1 − p)ʲ⁻¹.
 *
 * @param p - Chance to stop after each term, 0 < p < 1.
 * @throws IResNetError when p lies outside.
 *
 * @example
 * ```ts
 * import { geometric } from '@iresnet/logdet';
 *
 * console.log(geometric(0.5).survival(3)); // 0.25
 * ```
 */
export function geometric(p: number): StoppingDistribution {
  ensure(p > 0 && p < 1, 'logdet.geometric', () => `expected 0 < p < 1, got ${p}`);
  return {
    survival: (j) => (j <= 1 ? 1 : (1 - p) ** (j - 1)),
    draw(rng) {
      // Inversion: 1 − next() lies in (0, 1].
      return 1 + Math.floor(Math.log(1 - rng.next()) / Math.log(1 - p));
    },
  };
}

/**
 * N on 0, 1, … with P(N ≥ j) = 1 − e^(−λ) Σ_{i<j} λⁱ/i!.
 *
 * @param rate - λ, 0 < λ ≤ 700, the expected number of terms.
 * @throws IResNetError when λ lies outside.
 *
 * @example
 * ```ts
 * import { poisson } from '@iresnet/logdet';
 *
 * console.log(poisson(2).survival(1)); // 1 − e⁻² = 0.8647
 * ```
 */
export function poisson(rate: number): StoppingDistribution {
  // For a larger λ, e^(−λ) underflows float64.
  ensure(rate > 0 && rate <= 700, 'logdet.poisson', () => `expected 0 < rate ≤ 700, got ${rate}`);
  return {
    survival(j) {
      // The tail itself, not 1 − Σ: that would cancel for large j.
      let term = Math.exp(-rate);
      for (let i = 1; i <= j; i++) term *= rate / i;
      let tail = 0;
      for (let i = j; term > 1e-17 * tail; i++) {
        tail += term;
        term *= rate / (i + 1);
      }
      return Math.min(1, tail);
    },
    draw(rng) {
      const limit = Math.exp(-rate);
      let n = 0;
      for (let product = rng.next(); product > limit; product *= rng.next()) n++;
      return n;
    },
  };
}

/** Options of {@link russianRoulette}. */
export interface RussianRouletteOptions {
  /** Default `geometric(0.5)`. */
  readonly distribution?: StoppingDistribution;
  /** Terms that are always paid. Default 2. */
  readonly exactTerms?: number;
  /** Independent draws N₁ … N_m whose weights are averaged over one sweep. Default 1. */
  readonly draws?: number;
}

/**
 * The unbiased truncation: cₖ = 1 for k ≤ E, then the share of draws with Nᵢ ≥ k − E divided by
 * P(N ≥ k − E).
 *
 * E[cₖ] = 1 for every k, so that the estimate has no bias. Its number of products E + max Nᵢ is
 * random in exchange.
 *
 * @throws IResNetError for an unknown option, or a number that is not such a count.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { geometric, russianRoulette } from '@iresnet/logdet';
 *
 * const weights = russianRoulette({ distribution: geometric(0.5), exactTerms: 2 })(createRng(3));
 * console.log(weights); // 1, 1, then 1, 2, 4, … up to the draw
 * ```
 *
 * @see Chen et al., Residual Flows for Invertible Generative Modeling (arXiv 1906.02735).
 */
export function russianRoulette(options: RussianRouletteOptions = {}): Truncation {
  const where = 'logdet.russianRoulette';
  checkOptions(where, options, { distribution: true, exactTerms: true, draws: true });
  const { distribution = geometric(0.5), exactTerms = 2, draws = 1 } = options;
  ensure(
    typeof (distribution as Partial<StoppingDistribution>)?.draw === 'function',
    where,
    () => `expected a distribution such as geometric(0.5), got ${described(distribution)}`,
  );
  for (const [name, value, least] of [
    ['exactTerms', exactTerms, 0],
    ['draws', draws, 1],
  ] as const) {
    ensure(
      Number.isInteger(value) && value >= least,
      where,
      () => `expected ${name} ≥ ${least}, got ${value}`,
    );
  }
  return (rng) => {
    checkRng(where, rng);
    const drawn = Array.from({ length: draws }, () => distribution.draw(rng));
    return rouletteWeights(drawn, distribution, exactTerms);
  };
}

/**
 * The weights c₁ … c_K of given draws N₁ … N_m, K = E + max Nᵢ; see {@link russianRoulette}.
 *
 * @param draws - N₁ … N_m.
 * @param distribution - The distribution that they come from.
 * @param exactTerms - E.
 *
 * @example
 * ```ts
 * import { geometric, rouletteWeights } from '@iresnet/logdet';
 *
 * console.log(rouletteWeights([3], geometric(0.5), 2)); // 1, 1, 1, 2, 4
 * ```
 */
export function rouletteWeights(
  draws: readonly number[],
  distribution: StoppingDistribution,
  exactTerms: number,
): Float64Array {
  return Float64Array.from({ length: exactTerms + Math.max(...draws) }, (_, i) => {
    const beyond = i + 1 - exactTerms;
    if (beyond <= 0) return 1;
    return draws.filter((n) => n >= beyond).length / draws.length / distribution.survival(beyond);
  });
}

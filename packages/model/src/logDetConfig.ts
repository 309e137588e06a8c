import { arnoldi, exact, powerSeries, rademacher, russianRoulette, seriesBias } from '@iresnet/logdet';
import type { LogDetEstimator } from '@iresnet/core';

/** Which log-determinant a model uses, as plain JSON. `samples` is the number of probes per example. */
export type LogDetConfig =
  | { readonly kind: 'exact' }
  | { readonly kind: 'powerSeries'; readonly terms: number; readonly samples: number }
  | { readonly kind: 'russianRoulette'; readonly exactTerms: number; readonly samples: number }
  | { readonly kind: 'arnoldi'; readonly products: number; readonly samples: number };

/** The estimator that a configuration names. */
export function logDetEstimator(config: LogDetConfig): LogDetEstimator {
  switch (config.kind) {
    case 'exact':
      return exact();
    case 'powerSeries':
      return powerSeries({ truncation: config.terms, probe: rademacher(config.samples) });
    case 'russianRoulette':
      return powerSeries({
        truncation: russianRoulette({ exactTerms: config.exactTerms }),
        probe: rademacher(config.samples),
      });
    case 'arnoldi':
      return arnoldi({ products: config.products, probe: rademacher(config.samples) });
  }
}

/**
 * Largest bias of a configured estimator for ‖A‖ ≤ L < 1 on d dimensions, nats.
 *
 * A truncated series misses d Σ_{k>n} Lᵏ/k. For Arnoldi with m products and v = u/‖u‖, V Hᵏe₁ = Aᵏv for k < m, and so
 * Hᵐe₁ = VᵀA V Hᵐ⁻¹e₁ = VᵀAᵐv: e₁ᵀHᵏe₁ = vᵀAᵏv up to k = m. What differs between log(I + A) and log(I + H) are the terms of the series
 * beyond, and each is at most Lᵏ/k in both, since ‖H‖ ≤ ‖A‖: 2‖u‖² Σ_{k>m} Lᵏ/k, and ‖u‖² = d for a Rademacher probe.
 */
export function logDetBias(config: LogDetConfig, lipschitz: number, dimension: number): number {
  switch (config.kind) {
    case 'powerSeries':
      return seriesBias(lipschitz, dimension, config.terms);
    case 'arnoldi':
      return config.products >= dimension ? 0 : 2 * seriesBias(lipschitz, dimension, config.products);
    default:
      return 0;
  }
}

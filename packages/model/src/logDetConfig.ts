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
 * A truncated series misses d Σ_{k>n} Lᵏ/k. What m products of Arnoldi give is exact for polynomials below degree m, and ‖H‖ ≤ ‖A‖, so
 * the remainder of the series from the m-th term on counts twice at most.
 */
export function logDetBias(config: LogDetConfig, lipschitz: number, dimension: number): number {
  switch (config.kind) {
    case 'powerSeries':
      return seriesBias(lipschitz, dimension, config.terms);
    case 'arnoldi':
      return config.products >= dimension ? 0 : 2 * seriesBias(lipschitz, dimension, config.products - 1);
    default:
      return 0;
  }
}

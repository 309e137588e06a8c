import type { LogDetEstimator } from '@iresnet/core';
import { exact, powerSeries, rademacher, russianRoulette } from '@iresnet/logdet';

/** Which log-determinant a model uses, as plain JSON. */
export type LogDetConfig =
  | { readonly kind: 'exact' }
  | { readonly kind: 'powerSeries'; readonly terms: number; readonly samples: number }
  | { readonly kind: 'russianRoulette'; readonly exactTerms: number; readonly samples: number };

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
  }
}

import type { LogDetEstimator } from '@iresnet/core';
import {
  basis,
  exact,
  gaussian,
  geometric,
  poisson,
  powerSeries,
  rademacher,
  russianRoulette,
  truncated,
} from '../src';

/** An estimator with its probes and truncation chosen. */
export interface Instance {
  readonly name: string;
  readonly estimator: () => LogDetEstimator;
  /** Whether value and gradient are exact, up to rounding and the truncated tail. */
  readonly exact: boolean;
}

/** At the spectral norm 0.5 the tail after 30 terms is below 4·0.5³¹/31 < 1e-10 nats, far below float32 rounding. */
export const SPECTRAL_NORM = 0.5;
const TERMS = 30;

export const instances: readonly Instance[] = [
  { name: 'exact', estimator: exact, exact: true },
  {
    name: 'a long series on the basis',
    estimator: () => powerSeries({ truncation: TERMS, probe: basis() }),
    exact: true,
  },
  {
    name: 'the same by a rule',
    estimator: () => powerSeries({ truncation: truncated(TERMS), probe: basis() }),
    exact: true,
  },
  { name: 'ten terms, one probe', estimator: () => powerSeries(), exact: false },
  {
    name: 'gaussian probes',
    estimator: () => powerSeries({ truncation: 5, probe: gaussian(3) }),
    exact: false,
  },
  {
    name: 'roulette, geometric',
    estimator: () => powerSeries({ truncation: russianRoulette(), probe: rademacher(2) }),
    exact: false,
  },
  {
    name: 'roulette, poisson, no exact terms',
    estimator: () =>
      powerSeries({ truncation: russianRoulette({ distribution: poisson(2), exactTerms: 0, draws: 3 }) }),
    exact: false,
  },
  {
    name: 'roulette after 30 exact terms',
    estimator: () =>
      powerSeries({
        truncation: russianRoulette({ distribution: geometric(0.9), exactTerms: TERMS }),
        probe: basis(),
      }),
    exact: true,
  },
];

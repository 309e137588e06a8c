import type { LogDetSpec } from '../src';

/** An estimator with its probes and truncation chosen, by name. */
export interface Instance {
  readonly name: string;
  readonly spec: LogDetSpec;
  /** Whether value and gradient are exact, up to rounding and the truncated tail. */
  readonly exact: boolean;
}

/**
 * At the spectral norm 0.5 the tail after 30 terms is below 4·0.5³¹/31 < 1e-10 nats, far below
 * float32 rounding.
 */
export const SPECTRAL_NORM = 0.5;
const TERMS = { kind: 'terms', terms: 30 } as const;

/**
 * The size of an example in `checkEstimator`: so many products of Arnoldi, and orthogonal probes,
 * are exact.
 */
const D = 4;

export const instances: readonly Instance[] = [
  { name: 'exact', spec: 'exact', exact: true },
  {
    name: 'a long series on the basis',
    spec: { kind: 'powerSeries', truncation: TERMS, probe: 'basis' },
    exact: true,
  },
  { name: 'ten terms, one probe', spec: 'powerSeries', exact: false },
  {
    name: 'gaussian probes',
    spec: {
      kind: 'powerSeries',
      truncation: { kind: 'terms', terms: 5 },
      probe: { kind: 'gaussian', samples: 3 },
    },
    exact: false,
  },
  {
    name: 'roulette, geometric',
    spec: {
      kind: 'powerSeries',
      truncation: 'russianRoulette',
      probe: { kind: 'rademacher', samples: 2 },
    },
    exact: false,
  },
  {
    name: 'roulette, poisson, no exact terms',
    spec: {
      kind: 'powerSeries',
      truncation: {
        kind: 'russianRoulette',
        distribution: { kind: 'poisson', rate: 2 },
        exactTerms: 0,
        draws: 3,
      },
    },
    exact: false,
  },
  {
    name: 'roulette after 30 exact terms',
    spec: {
      kind: 'powerSeries',
      truncation: { kind: 'russianRoulette', distribution: { kind: 'geometric', p: 0.9 }, exactTerms: 30 },
      probe: 'basis',
    },
    exact: true,
  },
  {
    name: 'a long series on as many orthogonal probes as dimensions',
    spec: { kind: 'powerSeries', truncation: TERMS, probe: { kind: 'orthogonal', samples: D } },
    exact: true,
  },
  {
    name: 'a long series on as many directions of Hutch++ as dimensions, the rest on the basis',
    spec: {
      kind: 'powerSeries',
      truncation: TERMS,
      probe: { kind: 'hutchPlusPlus', directions: D, probe: 'basis' },
    },
    exact: true,
  },
  { name: 'arnoldi on the basis', spec: { kind: 'arnoldi', products: D, probe: 'basis' }, exact: true },
  { name: 'arnoldi, two products', spec: { kind: 'arnoldi', products: 2 }, exact: false },
  {
    name: 'arnoldi on orthogonal probes',
    spec: { kind: 'arnoldi', products: 2, probe: { kind: 'orthogonal', samples: 3 } },
    exact: false,
  },
  {
    name: 'arnoldi on Hutch++',
    spec: { kind: 'arnoldi', products: D, probe: { kind: 'hutchPlusPlus', directions: 1, probe: 'basis' } },
    exact: true,
  },
  {
    name: 'adaptive arnoldi on the basis, to rounding',
    spec: { kind: 'adaptiveArnoldi', tolerance: 1e-6, probe: 'basis' },
    exact: true,
  },
  {
    name: 'adaptive arnoldi, coarse',
    spec: {
      kind: 'adaptiveArnoldi',
      tolerance: 0.5,
      maxProducts: 3,
      probe: { kind: 'rademacher', samples: 2 },
    },
    exact: false,
  },
];

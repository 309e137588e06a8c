import type { SpecRow, SpecTable } from '@iresnet/core/internal';
import { seriesBias } from './bias';
import type { BiasedRow } from './biasedRow';
import {
  geometric,
  poisson,
  russianRoulette,
  type RussianRouletteOptions,
  type StoppingDistribution,
} from './russianRoulette';
import { truncated, type Truncation } from './truncation';

/** A distribution of the number of terms by name, as plain JSON. */
export type StoppingDistributionSpec =
  | 'geometric'
  | { readonly kind: 'geometric'; readonly p?: number }
  | { readonly kind: 'poisson'; readonly rate: number };

/** The end of the power series by name, as plain JSON. */
export type TruncationSpec =
  | 'terms'
  | 'russianRoulette'
  | { readonly kind: 'terms'; readonly terms?: number }
  | {
      readonly kind: 'russianRoulette';
      readonly distribution?: StoppingDistributionSpec;
      readonly exactTerms?: number;
      readonly draws?: number;
    };

/** The distributions of a roulette that a configuration can name. To add one is to add a row. */
export const stoppingDistributions: SpecTable<StoppingDistribution> = {
  geometric: {
    doc: 'Stops after each term with the same chance.',
    fields: {
      p: { type: 'number', above: 0, below: 1, default: 0.5, doc: 'The chance to stop after each term.' },
    },
    make: ({ p }) => geometric(p),
  } satisfies SpecRow<StoppingDistribution, { readonly p: number }>,
  poisson: {
    doc: 'A Poisson number of terms.',
    fields: { rate: { type: 'number', above: 0, max: 700, doc: 'The expected number of terms.' } },
    make: ({ rate }) => poisson(rate),
  } satisfies SpecRow<StoppingDistribution, { readonly rate: number }>,
};

/** The ways to end the power series that a configuration can name. To add one is to add a row. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const truncations: Readonly<Record<string, BiasedRow<Truncation, any>>> = {
  terms: {
    doc: 'A fixed number of terms: biased, without variance of its own.',
    fields: { terms: { type: 'count', min: 1, limit: 10_000, default: 10, doc: 'The number of terms.' } },
    make: ({ terms }) => truncated(terms),
    bias: (spec, lipschitz, dimension) => seriesBias(lipschitz, dimension, spec['terms'] as number),
  } satisfies BiasedRow<Truncation, { readonly terms: number }>,
  russianRoulette: {
    doc: 'A random number of terms, weighted so that the estimate is unbiased.',
    fields: {
      distribution: {
        type: 'spec',
        table: stoppingDistributions,
        default: 'geometric',
        doc: 'How many terms follow the exact ones.',
      },
      exactTerms: { type: 'count', min: 0, limit: 10_000, default: 2, doc: 'Terms that are always paid.' },
      draws: { type: 'count', min: 1, limit: 10_000, default: 1, doc: 'Draws whose weights are averaged.' },
    },
    make: russianRoulette,
    bias: () => 0,
  } satisfies BiasedRow<Truncation, RussianRouletteOptions>,
};

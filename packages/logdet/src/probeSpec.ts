import type { SpecRow, SpecTable } from '@iresnet/core/internal';
import { hutchPlusPlus, type HutchPlusPlusOptions } from './hutchPlusPlus';
import { orthogonal } from './orthogonal';
import { basis, gaussian, rademacher, type AdaptedProbe, type Probe } from './probes';

/** Probes that do not look at A, by name, as plain JSON. */
export type PlainProbeSpec =
  | 'rademacher'
  | 'gaussian'
  | 'basis'
  | { readonly kind: 'rademacher' | 'gaussian'; readonly samples?: number }
  | { readonly kind: 'basis' }
  | { readonly kind: 'orthogonal'; readonly samples: number };

/** Probes by name, as plain JSON. */
export type ProbeSpec =
  | PlainProbeSpec
  | { readonly kind: 'hutchPlusPlus'; readonly directions: number; readonly probe?: PlainProbeSpec };

/** Options of the rows that take a number of probes. */
interface Samples {
  readonly samples?: number;
}

const samples = {
  type: 'count',
  min: 1,
  limit: 10_000,
  default: 1,
  doc: 'Probes for each example.',
} as const;

const plainProbes: SpecTable<Probe> = {
  rademacher: {
    doc: 'Signs ±1: the smallest variance among independent entries.',
    fields: { samples },
    make: (options) => rademacher(options.samples),
  } satisfies SpecRow<Probe, Samples>,
  gaussian: {
    doc: 'Standard normal entries, as the official i-ResNet code draws them.',
    fields: { samples },
    make: (options) => gaussian(options.samples),
  } satisfies SpecRow<Probe, Samples>,
  basis: {
    doc: 'The d unit vectors: the exact trace, without chance. For small d.',
    fields: {},
    make: basis,
  } satisfies SpecRow<Probe, object>,
  orthogonal: {
    doc: 'Orthogonal directions of length √d: less variance from about d/4 probes on.',
    fields: { samples: { type: 'count', min: 1, limit: 10_000, doc: 'Probes for each example, at most d.' } },
    make: (options) => orthogonal(options.samples),
  } satisfies SpecRow<Probe, Samples>,
};

/** The probes that a configuration can name. To add one is to add a row. */
export const probes: SpecTable<AdaptedProbe> = {
  ...plainProbes,
  hutchPlusPlus: {
    doc: 'Hutch++: exact on the directions in which A is large, plain probes on the rest.',
    fields: {
      directions: {
        type: 'count',
        min: 1,
        limit: 10_000,
        doc: 'Directions whose trace is exact, at most d.',
      },
      probe: { type: 'spec', table: plainProbes, default: 'rademacher', doc: 'The probes of the rest.' },
    },
    make: hutchPlusPlus,
  } satisfies SpecRow<AdaptedProbe, HutchPlusPlusOptions>,
};

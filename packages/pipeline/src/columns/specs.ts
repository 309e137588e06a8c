import { fromSpec, type SpecRow } from '@iresnet/core/internal';
import { asinh } from './asinh';
import { identity, type ColumnTransform } from './columnTransform';
import { log } from './log';
import { logit } from './logit';
import { softplus } from './softplus';
import { masses, type Masses } from './masses';
import { spline, type Knots } from './spline';

type NoOptions = Readonly<Record<never, never>>;

/** The transforms of a column by name, with what was found for it in the training rows. */
export interface ColumnTransformOptions {
  readonly none: NoOptions;
  readonly asinh: { readonly center: number; readonly scale: number };
  readonly log: { readonly low: number };
  readonly softplus: { readonly low: number; readonly scale: number };
  readonly logit: { readonly low: number; readonly high: number };
  readonly spline: Knots;
  readonly masses: Masses;
}

/** The name of a transform of a column. */
export type ColumnTransformName = keyof ColumnTransformOptions;

/** A transform of a column as plain JSON: `'none'`, `{ kind: 'log', low: 0 }`. */
export type ColumnTransformSpec =
  | 'none'
  | {
      readonly [K in ColumnTransformName]: { readonly kind: K } & ColumnTransformOptions[K];
    }[ColumnTransformName];

const low = { type: 'number', doc: 'the bound below, which no value reaches' } as const;

/** Every transform of a column that a model can name. */
export const columnTransforms: {
  readonly [K in ColumnTransformName]: SpecRow<ColumnTransform, ColumnTransformOptions[K]>;
} = {
  none: { doc: 'x', fields: {}, make: () => identity },
  asinh: {
    doc: 'asinh((x − center)/scale)',
    fields: {
      center: { type: 'number', doc: 'the median' },
      scale: { type: 'number', above: 0, doc: 'the robust deviation' },
    },
    make: asinh,
  },
  log: { doc: 'ln(x − low)', fields: { low }, make: log },
  softplus: {
    doc: 'y with x = low + scale · ln(1 + e^y)',
    fields: { low, scale: { type: 'number', above: 0, doc: 'where the map becomes linear' } },
    make: softplus,
  },
  logit: {
    doc: 'ln((x − low)/(high − x))',
    fields: { low, high: { type: 'number', doc: 'the bound above' } },
    make: logit,
  },
  spline: {
    doc: 'a monotone rational-quadratic spline with asinh tails',
    fields: {
      x: { type: 'numbers', doc: 'knots' },
      y: { type: 'numbers', doc: 'what they become' },
      slope: { type: 'numbers', above: 0, doc: 'the slope there' },
    },
    make: spline,
  },
  masses: {
    doc: 'Φ⁻¹ of the distribution function of whole numbers with uniform noise',
    fields: {
      low: { type: 'number', doc: 'the least number with a mass of its own' },
      mass: { type: 'numbers', above: 0, doc: 'the probability of each' },
      below: { type: 'number', min: 0, below: 1, doc: 'that of all less' },
      above: { type: 'number', min: 0, below: 1, doc: 'that of all more' },
      scale: { type: 'number', above: 0, doc: 'the distance in which a tail falls to 1/e' },
    },
    make: masses,
  },
};

/** The transform that a spec stands for. */
export function columnTransform(spec: ColumnTransformSpec): ColumnTransform {
  return fromSpec<ColumnTransform>('pipeline.columnTransform', columnTransforms, spec);
}

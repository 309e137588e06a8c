import type { SpecRow, Structure } from '@iresnet/core/internal';

type NoOptions = Readonly<Record<never, never>>;

/** What can be asked for a column. What a row does not say is found in the training rows. */
export interface TransformChoiceOptions {
  readonly auto: NoOptions;
  readonly none: NoOptions;
  readonly asinh: NoOptions;
  readonly log: { readonly low?: number };
  readonly softplus: { readonly low?: number };
  readonly logit: { readonly low?: number; readonly high?: number };
  readonly spline: { readonly knots?: number };
}

/** A name in {@link TransformChoiceOptions}. */
export type TransformChoiceName = keyof TransformChoiceOptions;

/** The transform that is wanted for a column: `'auto'`, `'log'`, `{ kind: 'logit', high: 100 }`. */
export type TransformChoice =
  | TransformChoiceName
  | {
      readonly [K in TransformChoiceName]: { readonly kind: K } & TransformChoiceOptions[K];
    }[TransformChoiceName];

/** The transforms that a recipe asks for. */
export interface ColumnChoices {
  /** For every column that is not named. */
  readonly all: TransformChoice;
  /** For single columns. */
  readonly columns?: readonly { readonly column: string; readonly transform: TransformChoice }[];
}

const low = { type: 'number', default: 0, doc: 'the bound below, which no value reaches' } as const;

/** Every transform that can be asked for by name. A choice is data, so its row makes itself. */
export const transformChoices: {
  readonly [K in TransformChoiceName]: SpecRow<TransformChoice, TransformChoiceOptions[K]>;
} = {
  auto: {
    doc: 'what makes the columns more like a normal distribution, or none',
    fields: {},
    make: () => 'auto',
  },
  none: { doc: 'the column as it is', fields: {}, make: () => 'none' },
  asinh: { doc: 'logarithmic far from the median, for heavy tails', fields: {}, make: () => 'asinh' },
  log: { doc: 'ln(x − low), for amounts', fields: { low }, make: (o) => ({ kind: 'log', ...o }) },
  softplus: {
    doc: 'bounded below, linear far above',
    fields: { low },
    make: (o) => ({ kind: 'softplus', ...o }),
  },
  logit: {
    doc: 'ln((x − low)/(high − x)), for shares',
    fields: { low, high: { type: 'number', default: 1, doc: 'the bound above' } },
    make: (o) => ({ kind: 'logit', ...o }),
  },
  spline: {
    doc: 'a monotone spline to a normal column, with asinh tails',
    fields: { knots: { type: 'count', min: 3, max: 9, default: 9, doc: 'how many' } },
    make: (o) => ({ kind: 'spline', ...o }),
  },
};

/** The rules for {@link ColumnChoices}. */
export const columnChoicesStructure: Structure = {
  type: 'object',
  doc: 'Transforms of the columns.',
  fields: {
    all: { type: 'spec', table: transformChoices, doc: 'For every column that is not named.' },
    columns: {
      type: 'list',
      optional: true,
      doc: 'For single columns.',
      of: {
        type: 'object',
        doc: 'A column and its transform.',
        fields: {
          column: { type: 'text', doc: 'Its name.' },
          transform: { type: 'spec', table: transformChoices, doc: 'Its transform.' },
        },
      },
    },
  },
};

import type { FieldsOf, Structure } from '@iresnet/core/internal';
import { columnKindStructure, type ColumnKind } from '@iresnet/datasets';
import { categoryEffectFields, type CategoryEffect } from './columns/effects';
import { givenFields, type GivenColumns } from './columns/given';
import { possibleFields, type PossibleValues } from './columns/possible';
import { columnTransforms, type ColumnTransformSpec } from './columns/specs';

/** Rows of numbers with named columns. A distribution on the plane is one too. */
export interface TableInput {
  readonly kind: 'table';
  /** Name of the data. */
  readonly title: string;
  /** The columns, in the order in which the model takes them. */
  readonly columns: readonly string[];
  /** What each column holds; absent where all hold numbers with a density. */
  readonly kinds?: readonly ColumnKind[];
  /** What becomes of each column before it is standardized; absent where all stay as they are. */
  readonly transforms?: readonly ColumnTransformSpec[];
  /**
   * How far transformed columns are moved in rows with each value of a category, before they are
   * standardized; absent where none are.
   */
  readonly effects?: readonly CategoryEffect[];
  /** What values of each column can be in a row that is drawn; absent where any can. */
  readonly possible?: readonly PossibleValues[];
  /** The columns that the density is conditional on; absent where there are none. */
  readonly given?: GivenColumns;
  /** Name of the column of the classes, which the model predicts; null without classes. */
  readonly label: string | null;
  readonly classes: readonly string[];
}

/** Images of one size. */
export interface ImageInput {
  readonly kind: 'images';
  /** Name of the data. */
  readonly title: string;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  /** How many values a pixel can take. */
  readonly levels: number;
  readonly classes: readonly string[];
}

/** What a model takes in. */
export type Input = TableInput | ImageInput;

const title = { type: 'text', doc: 'Name of the data.' } as const;
const classes = {
  type: 'list',
  of: { type: 'text', doc: 'One class.' },
  doc: 'Names of the classes.',
} as const;

const tableFields: FieldsOf<Omit<TableInput, 'kind'>> = {
  title,
  columns: { type: 'list', of: { type: 'text', doc: 'One column.' }, min: 1, doc: 'Names of the columns.' },
  kinds: { type: 'list', of: columnKindStructure, optional: true, doc: 'What each column holds.' },
  transforms: {
    type: 'list',
    of: { type: 'spec', table: columnTransforms, doc: 'The transform of one column.' },
    optional: true,
    doc: 'What becomes of each column before it is standardized.',
  },
  effects: {
    type: 'list',
    of: { type: 'object', fields: categoryEffectFields, doc: 'What one category does to one column.' },
    optional: true,
    doc: 'How far columns are moved in rows with each value of a category.',
  },
  possible: {
    type: 'list',
    of: { type: 'object', fields: possibleFields, doc: 'What values of a column can be.' },
    optional: true,
    doc: 'What values of each column can be in a row that is drawn.',
  },
  given: {
    type: 'object',
    fields: givenFields,
    optional: true,
    doc: 'The columns that the density is conditional on.',
  },
  label: { type: 'text', nullable: true, doc: 'The column of the classes.' },
  classes,
};

const imageFields: FieldsOf<Omit<ImageInput, 'kind'>> = {
  title,
  shape: {
    type: 'list',
    of: { type: 'count', min: 1, doc: 'Height, width or channels.' },
    min: 3,
    max: 3,
    doc: 'Height, width and channels of one image.',
  },
  levels: { type: 'count', min: 2, doc: 'How many values a pixel can take.' },
  classes,
};

/** The rules for an {@link Input}. */
export const inputStructure: Structure = {
  type: 'kinds',
  kinds: { table: tableFields, images: imageFields },
  doc: 'What a model takes in.',
};

import { checkStructure, type FieldsOf, type Structure } from '@iresnet/core/internal';

/**
 * What the values of a column are.
 *
 * - `real`: any number. `positive`: above `low`, 0 by default. `bounded`: between `low` and `high`.
 * - `integer`: whole numbers, from `low` to `high` where they are given, both included.
 * - `category`: one of `values`; a number in a table is the position of one, and `values.length`
 *   stands for a cell without a value where `missing` says that there are such.
 * - `date`: a day; a number in a table counts the days since 1970-01-01. `time`: a moment, in the
 *   same days with their fraction, in UTC.
 *
 * A model gives integers, categories and dates a probability, all others a density.
 */
export type ColumnKind =
  | { readonly kind: 'real' }
  | { readonly kind: 'positive'; readonly low?: number }
  | { readonly kind: 'bounded'; readonly low: number; readonly high: number }
  | { readonly kind: 'integer'; readonly low?: number; readonly high?: number }
  | { readonly kind: 'category'; readonly values: readonly string[]; readonly missing?: boolean }
  | { readonly kind: 'date' }
  | { readonly kind: 'time' };

/** Why a column is not read: it names the rows, or it holds what no model can use. */
export type LeftOut = { readonly kind: 'id' } | { readonly kind: 'omit'; readonly why?: string };

/** One column of a table with what it holds. */
export type ColumnSchema = { readonly column: string } & (ColumnKind | LeftOut);

/** The columns of a table in order, those that are left out too. Plain JSON. */
export type TableSchema = readonly ColumnSchema[];

/** Values of a category at most. */
export const MOST_CATEGORIES = 1000;

const column = { type: 'text', doc: 'Name of the column.' } as const;
const number = (doc: string) => ({ type: 'number', doc }) as const;
const optional = (doc: string) => ({ type: 'number', doc, optional: true }) as const;

type Fields<K extends ColumnKind['kind']> = FieldsOf<Omit<Extract<ColumnKind, { kind: K }>, 'kind'>>;

const kindFields: { readonly [K in ColumnKind['kind']]: Fields<K> } = {
  real: {},
  positive: { low: optional('What all values are above.') },
  bounded: { low: number('What all values are above.'), high: number('What all values are below.') },
  integer: { low: optional('The least value.'), high: optional('The largest value.') },
  category: {
    values: {
      type: 'list',
      of: { type: 'text', doc: 'One value.' },
      min: 1,
      max: MOST_CATEGORIES,
      doc: 'All values, as the file writes them.',
    },
    missing: { type: 'flag', optional: true, doc: 'Whether cells may be without a value.' },
  },
  date: {},
  time: {},
};

/** The rules for a {@link ColumnKind}. */
export const columnKindStructure: Structure = {
  type: 'kinds',
  doc: 'What the values of a column are.',
  kinds: kindFields as Readonly<Record<string, Readonly<Record<string, Structure>>>>,
};

/** The rules for a {@link TableSchema}. */
export const tableSchemaStructure: Structure = {
  type: 'list',
  min: 1,
  doc: 'The columns of a table with what they hold.',
  of: {
    type: 'kinds',
    doc: 'A column with what it holds.',
    kinds: Object.fromEntries(
      Object.entries({
        ...kindFields,
        id: {},
        omit: { why: { type: 'text', optional: true, doc: 'Why it is left out.' } },
      } as Readonly<Record<string, Readonly<Record<string, Structure>>>>).map(([kind, fields]) => [
        kind,
        { column, ...fields },
      ]),
    ),
  },
};

/**
 * Check a schema that a person wrote.
 *
 * @param where - Names its file in errors.
 * @returns The same value.
 * @throws IResNetError (argument) that lists every difference.
 *
 * @example
 * ```ts
 * import { checkSchema } from '@iresnet/datasets';
 *
 * const schema = checkSchema([{ column: 'price', kind: 'positive' }, { column: 'name', kind: 'id' }], 'my schema');
 * console.log(schema.length); // 2
 * ```
 */
export function checkSchema(value: unknown, where: string): TableSchema {
  checkStructure(where, tableSchemaStructure, value, 'schema');
  return value as TableSchema;
}

/** Whether a column is read. */
export function isRead(schema: ColumnSchema): schema is { readonly column: string } & ColumnKind {
  return schema.kind !== 'id' && schema.kind !== 'omit';
}

/** Whether the values of a column are whole steps apart, so that each has a probability. */
export function isDiscrete({ kind }: ColumnKind): boolean {
  return kind === 'integer' || kind === 'category' || kind === 'date';
}

/** The columns that a schema reads, with their kinds, in the form of the options of a reader. */
export function readColumns(schema: TableSchema): {
  readonly columns: readonly string[];
  readonly kinds: readonly ColumnKind[];
} {
  const read = schema.filter(isRead);
  return {
    columns: read.map(({ column: name }) => name),
    kinds: read.map(({ column: _, ...kind }) => kind as ColumnKind),
  };
}

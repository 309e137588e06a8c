import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { isRead, type ColumnSchema, type TableSchema } from './schema';
import type { SurveyedTable } from './survey';

/** Which columns of a survey are wanted. */
export interface ColumnChoice {
  /** Columns that are left out. */
  readonly exclude?: readonly string[];
  /** Columns that name the rows, which are left out too. */
  readonly id?: readonly string[];
  /**
   * Whether the survey is of columns that were asked for by name, so that each must be of use.
   * Default false.
   */
  readonly named?: boolean;
  /**
   * What becomes of rows without a value. With `drop` and `marginal` an empty cell of a category is
   * without one too; with `refuse` it is a value of its own. Default `refuse`.
   */
  readonly missing?: 'refuse' | 'drop' | 'marginal' | undefined;
}

/** Columns that are named in a message at most. */
const NAMED = 12;

/**
 * The schema of a table as a person wants it: what a survey found, less the columns that are left
 * out.
 *
 * A column that was asked for by name and counts the rows is one of whole numbers.
 *
 * @param where - Names the table in errors.
 * @throws IResNetError (data) for a column that is not there, for one that was asked for and that
 * no model can use, where no column is left, and for rows without a value where they are refused;
 * the context then holds `incomplete`, how many rows these are, and in `exclude` the columns
 * without which none are.
 *
 * @example
 * ```ts
 * import { chosenSchema, type SurveyedTable } from '@iresnet/datasets';
 *
 * const schema = [{ column: 'price', kind: 'real' }, { column: 'shop', kind: 'integer' }] as const;
 * const survey: SurveyedTable = { schema, rows: 10, missing: [], incomplete: 0 };
 * console.log(chosenSchema('sales.csv', survey, { exclude: ['shop'] })); // shop is of kind omit
 * ```
 */
export function chosenSchema(
  where: string,
  { schema, rows, missing: lacking, incomplete }: SurveyedTable,
  { exclude = [], id = [], named = false, missing = 'refuse' }: ColumnChoice,
): TableSchema {
  const refuse = (what: string, context = {}): never => {
    throw new IResNetError('data', where, what, context);
  };
  const names = schema.map(({ column }) => column);
  for (const name of [...exclude, ...id])
    if (!names.includes(name))
      refuse(`expected a column '${name}', found ${names.join(', ')}${didYouMean(name, names)}`);
  const chosen = schema.map((seen): ColumnSchema => {
    const found = missing === 'refuse' ? seen : withoutOwnValue(seen);
    const { column } = found;
    if (id.includes(column)) return { column, kind: 'id' };
    if (exclude.includes(column)) return { column, kind: 'omit', why: 'it is excluded' };
    if (!named || isRead(found)) return found;
    return found.kind === 'id' ? { column, kind: 'integer' } : refuse(`column '${column}': ${found.why}`);
  });
  if (!chosen.some(isRead)) {
    const why = chosen.map((found) => `'${found.column}' ${whyLeft(found)}`).join('; ');
    refuse(`expected a column that a model can use, found none: ${why}`);
  }
  const read = new Set(chosen.filter(isRead).map(({ column }) => column));
  const without = lacking.filter(({ column }) => read.has(column));
  if (without.length > 0 && missing === 'refuse') {
    const shown = without.slice(0, NAMED).map(({ column, cells }) => `${column} (${cells})`);
    const more = without.length > NAMED ? ` and ${without.length - NAMED} more` : '';
    const what = `expected a value in each cell, found none in ${shown.join(', ')}${more}: ${incomplete} of ${rows} rows`;
    refuse(what, { incomplete, exclude: [...exclude, ...without.map(({ column }) => column)] });
  }
  return chosen;
}

/** A category whose empty cells are not one of its values. */
function withoutOwnValue(found: ColumnSchema): ColumnSchema {
  if (found.kind !== 'category') return found;
  const { column, kind, values } = found;
  if (values.length > 1) return { column, kind, values };
  return { column, kind: 'omit', why: `it is '${values[0]}' in every row that has a value` };
}

/** Columns that are told of at most. */
const TOLD = 30;

/**
 * What the columns of a schema are taken for, in some lines: those that are not numbers with a
 * density, and why each of the others is left out.
 *
 * @returns At most 31 lines; nothing where all columns are plain numbers.
 *
 * @example
 * ```ts
 * import { describeSchema } from '@iresnet/datasets';
 *
 * console.log(describeSchema([{ column: 'day', kind: 'date' }, { column: 'key', kind: 'id' }]));
 * // [ 'columns: day: date', "column 'key' is left out: it names or counts the rows" ]
 * ```
 */
export function describeSchema(schema: TableSchema): string[] {
  const told = schema.filter((found) => isRead(found) && found.kind !== 'real').slice(0, TOLD);
  const left = schema.filter((found) => !isRead(found)).slice(0, TOLD);
  return [
    ...(told.length > 0 ? [`columns: ${told.map(described).join(', ')}`] : []),
    ...left.map((found) => `column '${found.column}' is left out: ${whyLeft(found)}`),
  ];
}

function described(found: ColumnSchema): string {
  const { column, kind } = found;
  if (found.kind !== 'category') return `${column}: ${kind}`;
  return `${column}: ${found.values.length} categories${found.missing ? ' or no value' : ''}`;
}

function whyLeft(found: ColumnSchema): string {
  if (found.kind === 'id') return 'it names or counts the rows';
  return (found.kind === 'omit' && found.why) || 'the schema says so';
}

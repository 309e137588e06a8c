import { IResNetError } from '@iresnet/core';
import { didYouMean, parseJson } from '@iresnet/core/internal';
import { readText } from '@iresnet/core/node';
import {
  checkSchema,
  isRead,
  type ColumnSchema,
  type SurveyedTable,
  type TableSchema,
} from '@iresnet/datasets';
import type { Output } from '../terminal/output';

/** Columns that a person leaves out. */
export interface LeftColumns {
  readonly exclude: readonly string[];
  /** Those that name the rows. */
  readonly id: readonly string[];
}

/** Read a schema that a person wrote. */
export function readSchema(file: string): TableSchema {
  return checkSchema(parseJson(readText(file, 'a schema'), file), file);
}

/**
 * The schema of a file as the flags change it.
 *
 * @param columns - Those that were asked for by name, if some were.
 * @param missing - What becomes of rows without a value.
 * @throws IResNetError of kind `data` for rows without a value where they are refused, for a column that was asked for and
 * that no model can use, and where no column is left.
 */
export function givenSchema(
  file: string,
  { schema, rows, missing: lacking, incomplete }: SurveyedTable,
  { exclude, id }: LeftColumns,
  columns: readonly string[] | undefined,
  missing: 'refuse' | 'drop' | undefined,
): TableSchema {
  const refuse = (what: string): never => {
    throw new IResNetError('data', file, what);
  };
  const names = schema.map(({ column }) => column);
  for (const name of [...exclude, ...id])
    if (!names.includes(name))
      refuse(`expected a column '${name}', found ${names.join(', ')}${didYouMean(name, names)}`);
  const given = schema.map((found): ColumnSchema => {
    const { column } = found;
    if (id.includes(column)) return { column, kind: 'id' };
    if (exclude.includes(column)) return { column, kind: 'omit', why: 'it is excluded' };
    if (columns === undefined || isRead(found)) return found;
    return found.kind === 'id' ? { column, kind: 'integer' } : refuse(`column '${column}': ${found.why}`);
  });
  if (!given.some(isRead)) {
    const why = given.map((found) => `'${found.column}' ${whyLeft(found)}`).join('; ');
    refuse(`expected a column that a model can use, found none: ${why}`);
  }
  const without = given.flatMap((found) =>
    isRead(found)
      ? lacking
          .filter(({ column }) => column === found.column)
          .map(({ column, cells }) => `${column} (${cells})`)
      : [],
  );
  if (without.length > 0 && missing !== 'drop') {
    const some =
      without.slice(0, 12).join(', ') + (without.length > 12 ? ` and ${without.length - 12} more` : '');
    refuse(
      `expected a value in each cell, found none in ${some}: ${incomplete} of ${rows} rows; give --missing drop to leave rows out, or --exclude to leave columns out`,
    );
  }
  return given;
}

/** Columns that are told of at most. */
const TOLD = 30;

/** Tell what the columns are taken for, where they are not all numbers with a density. */
export function tellSchema(file: string, schema: TableSchema, output: Output): void {
  const read = schema.filter(isRead);
  const told = read.filter(({ kind }) => kind !== 'real').slice(0, TOLD);
  if (told.length > 0) output.log(`${file}: columns: ${told.map(described).join(', ')}`);
  const left = schema.filter((found) => !isRead(found));
  for (const found of left.slice(0, TOLD))
    output.log(`${file}: column '${found.column}' is left out: ${whyLeft(found)}`);
}

function described(found: ColumnSchema): string {
  const { column, kind } = found;
  if (found.kind === 'category')
    return `${column}: ${found.values.length + (found.missing ? 1 : 0)} categories`;
  return `${column}: ${kind}`;
}

function whyLeft(found: ColumnSchema): string {
  if (found.kind === 'id') return 'it names or counts the rows';
  return (found.kind === 'omit' && found.why) || 'the schema says so';
}

import { IResNetError } from '@iresnet/core';
import { didYouMean, type FieldsOf } from '@iresnet/core/internal';
import { columnKindStructure, type ColumnKind, type Table } from '@iresnet/datasets';
import { columnMoments } from '@iresnet/evaluation';
import { valuesOf } from './effects';

/** Columns with what each holds; without kinds all hold numbers. */
interface Columns {
  readonly columns: readonly string[];
  readonly kinds?: readonly ColumnKind[];
}

/** Columns that a density is conditional on: they are known of each row, and have no density. */
export interface GivenColumns extends Columns {
  /** Of each column over the training rows; not used for categories. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** The rules for {@link GivenColumns}. */
export const givenFields: FieldsOf<GivenColumns> = {
  columns: { type: 'list', of: { type: 'text', doc: 'One column.' }, min: 1, doc: 'Names of the columns.' },
  kinds: { type: 'list', of: columnKindStructure, optional: true, doc: 'What each column holds.' },
  mean: { type: 'numbers', doc: 'Of each column.' },
  deviation: { type: 'numbers', above: 0, doc: 'Of each column.' },
};

/**
 * Deviations up to which a number is its own context; beyond, its distance counts by its logarithm.
 */
const LINEAR = 3;

/** The columns of a table with those that are given behind the others, and what each holds. */
export function allColumns({ columns, kinds, given }: Columns & { readonly given?: GivenColumns }): Columns {
  if (!given) return { columns, ...(kinds && { kinds }) };
  const real = (names: readonly string[]) => names.map(() => ({ kind: 'real' }) as const);
  return {
    columns: [...columns, ...given.columns],
    ...((kinds ?? given.kinds) && {
      kinds: [...(kinds ?? real(columns)), ...(given.kinds ?? real(given.columns))],
    }),
  };
}

/** k, the values of the context that a network gets for the given columns of a row. */
export function contextSize(given: GivenColumns): number {
  return given.columns.reduce((sum, _, j) => sum + widthOf(given.kinds?.[j]), 0);
}

/**
 * The context of a row: a number in deviations from its mean, a category as a 1 in the place of its
 * value and 0 in the others. NaN where a value is missing, or is not one of its column.
 *
 * @param row - The values of the given columns.
 */
export function contextOf(given: GivenColumns, row: ArrayLike<number>): number[] {
  return given.columns.flatMap((_, j) => {
    const kind = given.kinds?.[j];
    const value = row[j]!;
    if (kind?.kind !== 'category') return [tempered((value - given.mean[j]!) / given.deviation[j]!)];
    const width = widthOf(kind);
    const known = Number.isInteger(value) && value >= 0 && value < width;
    return Array.from({ length: width }, (_, code) => (known ? Number(code === value) : NaN));
  });
}

/** What {@link contextOf} needs of the given columns, from training rows. */
export function fittedGiven(table: Table, kinds: readonly ColumnKind[] | undefined): GivenColumns {
  const { mean, deviation } = columnMoments(table);
  return {
    columns: table.columns,
    ...(kinds && { kinds }),
    mean: Array.from(mean),
    deviation: Array.from(deviation),
  };
}

/**
 * The columns of a table by their names, in that order, as a table with their kinds.
 *
 * @throws IResNetError of kind `data` for a column that the table does not have.
 */
export function columnsOf(where: string, table: Table, names: readonly string[]): Table {
  const { columns, kinds, rows, values } = table;
  const at = names.map((name) => {
    const found = columns.indexOf(name);
    if (found >= 0) return found;
    const what = `expected a column '${name}', got ${columns.join(', ')}${didYouMean(name, columns)}`;
    throw new IResNetError('data', where, what);
  });
  const chosen = new Float64Array(rows * at.length);
  for (let i = 0; i < rows; i++)
    at.forEach((from, j) => (chosen[i * at.length + j] = values[i * columns.length + from]!));
  return { columns: names, rows, values: chosen, ...(kinds && { kinds: at.map((j) => kinds[j]!) }) };
}

function widthOf(kind: ColumnKind | undefined): number {
  return valuesOf(kind) || 1;
}

/** A far value must not drown the others: u up to three deviations, then 3 + ln(|u| − 2). */
export function tempered(u: number): number {
  const size = Math.abs(u);
  return size <= LINEAR ? u : Math.sign(u) * (LINEAR + Math.log(size - LINEAR + 1));
}

import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';

/** Which columns of a table to read. */
export interface ColumnOptions {
  /**
   * The columns to read, in this order. By default all but the label column. Columns that are not
   * read may hold anything.
   */
  readonly columns?: readonly string[];
  /** The column of class names. It is kept as text, not among the values. */
  readonly label?: string;
}

/** Positions of the wanted columns among all. */
export interface ChosenColumns {
  readonly columns: readonly string[];
  readonly wanted: readonly number[];
  /** −1 for none. */
  readonly label: number;
}

/** Find the wanted columns among `names`. */
export function chooseColumns(
  names: readonly string[],
  options: ColumnOptions,
  where: string,
): ChosenColumns {
  const columns = options.columns ?? names.filter((name) => name !== options.label);
  if (new Set(columns).size < columns.length) {
    throw new IResNetError('argument', where, `expected each column once, got ${columns.join(', ')}`);
  }
  const wanted = columns.map((name) => indexOfColumn(names, name, where));
  const label = options.label === undefined ? -1 : indexOfColumn(names, options.label, where);
  if (wanted.length === 0) throw new IResNetError('data', where, 'expected a column of numbers, found none');
  return { columns: [...columns], wanted, label };
}

/** The names of columns that have none: `x1`, `x2`, …. */
export function numberedNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `x${i + 1}`);
}

function indexOfColumn(names: readonly string[], name: string, where: string): number {
  const index = name === '' ? -1 : names.indexOf(name);
  if (index === -1) {
    const what = `expected a column '${name}', found ${names.join(', ')}${didYouMean(name, names)}`;
    throw new IResNetError('data', where, what, { missing: name });
  }
  return index;
}

import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { limits } from '../limits';

/** Which columns of a table to read. */
export interface ColumnOptions {
  /**
   * The columns to read, in this order. By default all that have a name but the label column.
   * Columns that are not read may hold anything.
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

/**
 * Find the wanted columns among `names`; blanks around a name do not matter.
 *
 * @throws IResNetError (data) for a column that is not there, or whose name two columns have.
 */
export function chooseColumns(
  names: readonly string[],
  options: ColumnOptions,
  where: string,
): ChosenColumns {
  const columns = options.columns ?? names.filter((name) => name !== '' && name !== options.label?.trim());
  if (options.columns && new Set(columns).size < columns.length) {
    throw new IResNetError('argument', where, `expected each column once, got ${columns.join(', ')}`);
  }
  if (columns.length > limits.tableColumns) {
    const what = `expected at most ${limits.tableColumns} columns, got ${columns.length}; choose some of them`;
    throw new IResNetError('data', where, what);
  }
  const places = new Map<string, number>();
  const twice = new Set<string>();
  names.forEach((name, i) => (places.has(name) ? twice.add(name) : places.set(name, i)));
  const indexOf = (wanted: string): number => {
    const name = wanted.trim();
    const index = name === '' ? undefined : places.get(name);
    if (index === undefined) {
      const shown = names.length > 50 ? `${names.slice(0, 50).join(', ')} …` : names.join(', ');
      const near = didYouMean(wanted, names.slice(0, limits.tableColumns));
      throw new IResNetError('data', where, `expected a column '${wanted}', found ${shown}${near}`, {
        missing: wanted,
      });
    }
    if (twice.has(name)) {
      const what = `two columns are named '${name}'; name them apart, or choose others`;
      throw new IResNetError('data', where, what, { numeric: names.filter((other) => !twice.has(other)) });
    }
    return index;
  };
  const wanted = columns.map(indexOf);
  const label = options.label === undefined ? -1 : indexOf(options.label);
  if (wanted.length === 0) throw new IResNetError('data', where, 'expected a column of numbers, found none');
  return { columns: [...columns], wanted, label };
}

/** The names of columns that have none: `x1`, `x2`, …. */
export function numberedNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `x${i + 1}`);
}

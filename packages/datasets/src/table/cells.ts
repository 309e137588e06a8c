import { momentIn, writtenMoment } from './dates';
import { isMissing, numberIn, type NumberMarks } from './numbers';
import type { ColumnKind } from './schema';

/** Reads the cells of a column. */
export interface CellReader {
  /** The number of a cell without blanks around it; NaN for what is not a value of the column. */
  read(text: string): number;
  /** What a cell should have been, for a message. */
  readonly expected: string;
}

/** Values that are named in a message at most. */
const NAMED = 12;

/** The reader of the cells of a column of a kind. */
export function cellReader(kind: ColumnKind | undefined, marks: NumberMarks): CellReader {
  switch (kind?.kind) {
    case 'category': {
      const codes = new Map(kind.values.map((value, code) => [value, code]));
      const missing = kind.missing ? kind.values.length : NaN;
      const names = kind.values.slice(0, NAMED).join(', ');
      return {
        read: (text) => codes.get(text) ?? (isMissing(text) ? missing : NaN),
        expected: `one of the values ${names}${kind.values.length > NAMED ? ' …' : ''}`,
      };
    }
    case 'date':
      return { read: (text) => Math.floor(momentIn(text)?.days ?? NaN), expected: 'a date' };
    case 'time':
      return { read: (text) => momentIn(text)?.days ?? NaN, expected: 'a date with its time' };
    case 'integer':
      return {
        read(text) {
          const value = numberIn(text, marks);
          return Number.isInteger(value) ? value : NaN;
        },
        expected: 'a whole number',
      };
    default:
      return {
        read(text) {
          const value = numberIn(text, marks);
          return Number.isFinite(value) ? value : NaN;
        },
        expected: 'a finite number',
      };
  }
}

/**
 * A value of a table as a cell: the name of a category, a date as `2026-11-29`, other numbers as
 * they are; null for a cell without a value.
 *
 * @example
 * ```ts
 * import { cellOf } from '@iresnet/datasets';
 *
 * console.log(cellOf({ kind: 'category', values: ['sun', 'rain'] }, 1), cellOf({ kind: 'date' }, 365)); // rain 1971-01-01
 * ```
 */
export function cellOf(kind: ColumnKind | undefined, value: number): number | string | null {
  if (Number.isNaN(value)) return null;
  switch (kind?.kind) {
    case 'category':
      return kind.values[value] ?? null;
    case 'date':
    case 'time':
      return writtenMoment(value, kind.kind === 'time');
    default:
      return value;
  }
}

import { ensure } from '@iresnet/core/internal';
import type { ColumnOptions } from './columns';
import type { TableNotice } from './notice';
import { decimalMarks, groupingMarks, type DecimalMark, type GroupingMark } from './numbers';
import type { ColumnKind } from './schema';

/** What can become of a row with a cell that has no value. */
export const missingRules = ['refuse', 'drop', 'keep', 'marginal'] as const;
/** What becomes of a row without a value: an error, no row, or a row with NaN. */
export type MissingRule = (typeof missingRules)[number];

/** How to read the text of a table. */
export interface TableFileOptions extends ColumnOptions {
  /**
   * Whether the first record names the columns. By default it is found out: words are names, and
   * so are numbers that count the columns, or years, where the columns below hold other numbers.
   * `onNotice` tells what was decided where that is in doubt.
   */
  readonly header?: boolean;
  /**
   * One character, such as `|`; a blank stands for any run of blanks and tabs. By default comma,
   * semicolon, tab, `|` or blanks, whichever cuts the records into the most numbers.
   */
  readonly separator?: string;
  /** The decimal mark, `.` or `,`; `.` by default. */
  readonly decimal?: DecimalMark;
  /**
   * The mark between groups of digits: with `,` the cell `1,234.5` is 1234.5. A blank stands for
   * narrow ones and those that do not break, `'` for the curved one too. By default digits are not
   * grouped.
   */
  readonly grouping?: GroupingMark;
  /** What each of `columns` holds, in their order; by default numbers. See `tableSchema`. */
  readonly kinds?: readonly ColumnKind[];
  /**
   * What becomes of a row that has no value in a wanted column: `refuse` is an error, `drop` leaves
   * the row out and counts it. With `keep` a row that cannot be read stays in its place: a value
   * that is not one of its column, such as a word among numbers or a category that is new, is NaN,
   * all are where the line has too few or too many fields, and `flaws` of the table has the reason.
   * A file that begins with many rows in another form, such as decimal commas, and with no other
   * row, is refused. With `marginal` an empty cell is NaN and nothing else: what cannot be read is
   * an error as ever. Default `refuse`.
   */
  readonly missing?: MissingRule;
  /**
   * Cells that come along as they stand in the file, in `kept` of the table: those of all columns,
   * or of some. A column that is not there is passed over.
   */
  readonly keep?: 'all' | readonly string[];
  /** Called for whatever is worth a word, such as lines that are not rows. */
  readonly onNotice?: (notice: TableNotice) => void;
}

/** The keys of {@link TableFileOptions}. */
export const tableOptions = {
  columns: true,
  label: true,
  header: true,
  separator: true,
  decimal: true,
  grouping: true,
  kinds: true,
  missing: true,
  keep: true,
  onNotice: true,
} as const satisfies Record<keyof TableFileOptions, true>;

/** Refuse values of options that no table can have. */
export function checkTableOptions(
  where: string,
  { separator, decimal, grouping, columns, kinds, missing }: TableFileOptions,
): void {
  ensure(
    kinds === undefined || kinds.length === columns?.length,
    where,
    () => `expected as many kinds as columns, got ${kinds!.length} and ${columns?.length ?? 'no'} columns`,
  );
  ensure(
    missing === undefined || missingRules.includes(missing),
    where,
    () => `expected missing as one of ${missingRules.join(', ')}, got '${missing}'`,
  );
  ensure(
    separator === undefined || /^[^\p{L}\p{N}"'\n\r.+\-#]$/u.test(separator),
    where,
    () => `expected a separator of one character that is not part of a number, got '${separator}'`,
  );
  ensure(
    decimal === undefined || decimalMarks.includes(decimal),
    where,
    () => `expected a decimal mark of ${decimalMarks.join(' or ')}, got '${decimal}'`,
  );
  ensure(
    separator === undefined || separator !== decimal,
    where,
    () => `expected a separator other than the decimal mark, got '${separator}' for both`,
  );
  ensure(
    grouping === undefined || groupingMarks.includes(grouping),
    where,
    () =>
      `expected a mark between groups of digits of ${groupingMarks.filter((mark) => mark !== ' ').join(' ')} or a blank, got '${grouping}'`,
  );
  ensure(
    grouping === undefined || grouping !== (decimal ?? '.'),
    where,
    () => `expected groups of digits by another mark than the decimal one, got '${grouping}' for both`,
  );
}

import { ensure } from '@iresnet/core/internal';
import type { ColumnOptions } from './columns';
import type { TableNotice } from './notice';
import { decimalMarks, type DecimalMark } from './numbers';

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
  onNotice: true,
} as const satisfies Record<keyof TableFileOptions, true>;

/** Refuse values of options that no table can have. */
export function checkTableOptions(where: string, { separator, decimal }: TableFileOptions): void {
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
}

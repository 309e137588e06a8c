import { checkOptions } from '@iresnet/core/internal';
import { csvRecords } from './csv';
import type { LabelledTable, Table } from './table';
import { tableReader } from './tableReader';
import { checkTableOptions, tableOptions, type TableFileOptions } from './tableOptions';

/** How to read a table. */
export interface ParseTableOptions extends TableFileOptions {
  /** Name of the file, for errors. */
  readonly file?: string;
}

/**
 * Read a table of numbers from text (RFC 4180) with commas, semicolons, tabs, `|` or blanks
 * between its fields.
 *
 * Quoted fields, `\r\n`, a byte-order mark and a first line `sep=;` are understood. Blank lines,
 * comments that begin with `#`, `%`, `//` or `;`, the rules of a table in Markdown, and a line of
 * units in brackets or words below the header are not rows. Columns without a name, as R and pandas
 * write for the names of rows, are left out. Without a header the columns are `x1`, `x2`, …. Blanks
 * around names and classes do not count. `onNotice` hears of everything that is not a plain table.
 *
 * Values are float64, row by row. No value is guessed: a missing one is an error, not a zero, and
 * so are grouped digits, percentages, dates and truth values.
 *
 * @throws IResNetError (data), naming the file, the line (from 1) and the column: a field of a
 * wanted column that is empty or not a finite decimal number, with the columns that hold numbers
 * alone (`context.numeric`); a record of another length than the others; no records; two wanted
 * columns of one name; a column that is not there (with the nearest name); a quote that is not
 * closed; another format; more than the {@link limits}. Kind argument: `columns` names one twice,
 * an option of another form.
 *
 * @example
 * ```ts
 * import { parseTable } from '@iresnet/datasets';
 *
 * const text = 'length,width,kind\n1.5,2,round\n3,"4",long\n';
 * const table = parseTable(text, { file: 'shapes.csv', label: 'kind' });
 * console.log(table.columns, table.values, table.labels);
 * // [ 'length', 'width' ] Float64Array(4) [ 1.5, 2, 3, 4 ] [ 'round', 'long' ]
 * ```
 */
export function parseTable(
  text: string,
  options: ParseTableOptions & { readonly label: string },
): LabelledTable;
export function parseTable(text: string, options?: ParseTableOptions): Table;
export function parseTable(text: string, options: ParseTableOptions = {}): Table {
  checkOptions('datasets.parseTable', options, { ...tableOptions, file: true });
  checkTableOptions('datasets.parseTable', options);
  const where = options.file ?? 'datasets.parseTable';
  const reader = tableReader(options, where, { survey: true });
  for (const record of csvRecords(text, where, options)) reader.read(record);
  reader.end();
  return reader.ready[0]!;
}

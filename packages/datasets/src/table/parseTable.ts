import { checkOptions } from '@iresnet/core/internal';
import { csvRecords } from './csv';
import type { LabelledTable, Table } from './table';
import { tableReader, type TableFileOptions } from './tableReader';

/** How to read a table. */
export interface ParseTableOptions extends TableFileOptions {
  /** Name of the file, for errors. */
  readonly file?: string;
}

/**
 * Read a table of numbers from comma-, semicolon- or tab-separated text (RFC 4180).
 *
 * Quoted fields, `\r\n`, a byte-order mark and empty lines at the end are understood. Without a
 * header the columns are `x1`, `x2`, …. Values are float64, row by row. Nothing is guessed: a
 * missing value is an error, not a zero.
 *
 * @throws IResNetError (data), naming the file, the line (from 1) and the column: a field of a
 * wanted column that is empty or not a finite decimal number, a record of another length than the
 * first, no records, no name or a repeated name of a column, a column that is not there (with the
 * nearest name), a quote that is not closed. Kind argument: `columns` names one twice.
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
  checkOptions('datasets.parseTable', options, { columns: true, label: true, header: true, file: true });
  const where = options.file ?? 'datasets.parseTable';
  const reader = tableReader(options, where);
  for (const record of csvRecords(text, where)) reader.read(record);
  return reader.take();
}

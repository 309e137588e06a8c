import { IResNetError, didYouMean } from '@iresnet/core';
import { csvRecords, type CsvRecord } from './csv';
import type { LabelledTable, Table } from './table';

/** How to read a table. */
export interface ParseTableOptions {
  /** Name of the file, for errors. */
  readonly file?: string;
  /** The columns to read, in this order. All but the label column when absent; others may then hold anything. */
  readonly columns?: readonly string[];
  /** The column of class names: kept as text, apart from the values. */
  readonly label?: string;
  /** Whether the first record names the columns. By default it does when none of its fields is a number. */
  readonly header?: boolean;
}

/** A decimal number as every spreadsheet writes it: no NaN, Infinity, hexadecimal or digit grouping. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Read a table of numbers from comma-, semicolon- or tab-separated text (RFC 4180).
 *
 * Quoted fields, `\r\n`, a byte-order mark and empty lines at the end are understood. Without a header the columns are `x1`, `x2`, ….
 * Values are float64, row by row. Nothing is guessed: a missing value is an error, not a zero.
 *
 * @throws IResNetError (data), naming the file, the line (from 1) and the column: a field of a wanted column that is empty or not a
 * finite decimal number, a record of another length than the first, no records, no name or a repeated name of a column, a column that
 * is not there (with the nearest name), a quote that is not closed. Kind argument: `columns` names one twice.
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
  const where = options.file ?? 'datasets.parseTable';
  const records = csvRecords(text, where);
  const first = records.next();
  if (first.done) throw new IResNetError('data', where, 'expected a table, found no text');
  const hasHeader = options.header ?? !first.value.fields.some((field) => NUMBER.test(field.trim()));
  const names = hasHeader
    ? checkedNames(first.value, options.columns !== undefined, where)
    : first.value.fields.map((_, i) => `x${i + 1}`);

  const columns = options.columns ?? names.filter((name) => name !== options.label);
  if (new Set(columns).size < columns.length) {
    throw new IResNetError('argument', where, `expected each column once, got ${columns.join(', ')}`);
  }
  const wanted = columns.map((name) => indexOfColumn(names, name, where));
  if (wanted.length === 0) throw new IResNetError('data', where, 'expected a column of numbers, found none');
  const label = options.label === undefined ? -1 : indexOfColumn(names, options.label, where);

  const values: number[] = [];
  const labels: string[] = [];
  let rows = 0;
  const readRow = ({ line, fields }: CsvRecord) => {
    if (fields.length !== names.length) {
      const found = fields.length === 1 && fields[0] === '' ? 'an empty line' : String(fields.length);
      throw new IResNetError('data', where, `line ${line}: expected ${names.length} fields, found ${found}`);
    }
    for (const i of wanted) values.push(numberIn(fields[i]!, line, names[i]!, where));
    if (label !== -1) labels.push(labelIn(fields[label]!, line, names[label]!, where));
    rows++;
  };
  if (!hasHeader) readRow(first.value);
  for (const record of records) readRow(record);
  if (rows === 0) throw new IResNetError('data', where, 'expected rows below the header, found none');

  const table: Table = { columns: [...columns], rows, values: Float64Array.from(values) };
  const labelled: LabelledTable = { ...table, labels };
  return label === -1 ? table : labelled;
}

/** The names of a header. Only a name that no one asks for may be empty, as that of the row names which R writes. */
function checkedNames({ line, fields }: CsvRecord, mayBeEmpty: boolean, where: string): readonly string[] {
  const seen = new Set<string>();
  fields.forEach((name, i) => {
    if (name === '') {
      if (mayBeEmpty) return;
      throw new IResNetError('data', where, `line ${line}: column ${i + 1} has no name`);
    }
    if (seen.has(name))
      throw new IResNetError('data', where, `line ${line}: two columns are named '${name}'`);
    seen.add(name);
  });
  return fields;
}

function indexOfColumn(names: readonly string[], name: string, where: string): number {
  const index = name === '' ? -1 : names.indexOf(name);
  if (index === -1) {
    const what = `expected a column '${name}', found ${names.join(', ')}${didYouMean(name, names)}`;
    throw new IResNetError('data', where, what);
  }
  return index;
}

function numberIn(field: string, line: number, column: string, where: string): number {
  const text = field.trim();
  const value = NUMBER.test(text) ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  const found = text === '' ? 'nothing' : `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`;
  const hint = /^[+-]?\d+,\d+$/.test(text) ? " (the decimal mark is '.')" : '';
  const what = `line ${line}, column '${column}': expected a finite number, found ${found}${hint}`;
  throw new IResNetError('data', where, what, { line, column });
}

function labelIn(field: string, line: number, column: string, where: string): string {
  if (field !== '') return field;
  throw new IResNetError('data', where, `line ${line}, column '${column}': expected a label, found nothing`, {
    line,
    column,
  });
}

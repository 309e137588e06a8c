import { IResNetError } from '@iresnet/core';
import { chooseColumns, numberedNames, type ChosenColumns, type ColumnOptions } from './columns';
import type { CsvRecord } from './csv';
import type { LabelledTable, Table } from './table';

/** How to read the text of a table. */
export interface TableFileOptions extends ColumnOptions {
  /**
   * Whether the first record names the columns. By default it does when none of its fields is a
   * number.
   */
  readonly header?: boolean;
}

/** Makes one table or several of the records of a file. */
export interface TableReader {
  /** Take the next record; the first may be the header. */
  read(record: CsvRecord): void;
  /** Rows since the last {@link TableReader.take}. */
  readonly rows: number;
  /** The rows since the last call as a new table. Throws when there has never been a row. */
  take(): Table | LabelledTable;
}

/**
 * A decimal number as every spreadsheet writes it: no NaN, Infinity, hexadecimal or digit grouping.
 */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** Read rows into float64 without keeping an object for each. */
export function tableReader(options: TableFileOptions, where: string): TableReader {
  let names: readonly string[] = [];
  let chosen: ChosenColumns | undefined;
  let rows = 0;
  let any = false;
  let values = new Float64Array(256);
  let labels: string[] = [];
  /** One copy of each class name, since a field keeps the text that it was cut from in memory. */
  const known = new Map<string, string>();

  const readRow = ({ line, fields }: CsvRecord, { wanted, label }: ChosenColumns): void => {
    if (fields.length !== names.length) {
      const found = fields.length === 1 && fields[0] === '' ? 'an empty line' : String(fields.length);
      throw new IResNetError('data', where, `line ${line}: expected ${names.length} fields, found ${found}`);
    }
    let at = rows * wanted.length;
    if (at + wanted.length > values.length) values = grown(values, at + wanted.length);
    for (const i of wanted) values[at++] = numberIn(fields[i]!, line, names[i]!, where);
    if (label !== -1) {
      const name = labelIn(fields[label]!, line, names[label]!, where);
      if (!known.has(name)) known.set(name, name);
      labels.push(known.get(name)!);
    }
    rows++;
  };

  return {
    get rows() {
      return rows;
    },
    read(record) {
      if (chosen !== undefined) return readRow(record, chosen);
      const hasHeader = options.header ?? !record.fields.some((field) => NUMBER.test(field.trim()));
      names = hasHeader
        ? checkedNames(record, options.columns !== undefined, where)
        : numberedNames(record.fields.length);
      chosen = chooseColumns(names, options, where);
      if (!hasHeader) readRow(record, chosen);
    },
    take() {
      any ||= rows > 0;
      if (chosen === undefined) throw new IResNetError('data', where, 'expected a table, found no text');
      if (!any) throw new IResNetError('data', where, 'expected rows below the header, found none');
      const { columns, label } = chosen;
      const table: Table = { columns, rows, values: values.slice(0, rows * columns.length) };
      const taken = labels;
      rows = 0;
      labels = [];
      if (label === -1) return table;
      const labelled: LabelledTable = { ...table, label: names[label]!, labels: taken };
      return labelled;
    },
  };
}

function grown(values: Float64Array<ArrayBuffer>, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(least, 2 * values.length));
  larger.set(values);
  return larger;
}

/**
 * The names of a header. A name may be empty only if nobody asks for it, such as that of the row
 * names which R writes.
 */
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

import { finiteOrNull } from '@iresnet/core/internal';
import { csvLine } from './csv';

/** A value of a record; null is an empty cell. */
export type Value = number | string | boolean | null;

/**
 * A value with its name: `maxError` in JSON and `max_error` in CSV. A third entry is the name of a
 * column of the data, which is written as it is.
 */
export type Field = readonly [key: string, value: Value, column?: string];

/** How records are written. */
export type LineFormat = 'csv' | 'jsonl';

/** Records of the same fields, in order, as lines of CSV below their names, or as JSON lines. */
export function recordLines(records: readonly (readonly Field[])[], format: LineFormat): string {
  if (format === 'jsonl') return records.map(jsonLine).join('');
  return [csvNames(records[0] ?? []), ...records.map(csvCells)].map(csvLine).join('');
}

/** The names of the fields of a record in the first line of CSV. */
export function csvNames(fields: readonly Field[]): string[] {
  return fields.map(([key, , column]) => column ?? snake(key));
}

/** The cells of a record. */
export function csvCells(fields: readonly Field[]): (number | string)[] {
  return fields.map(([, value]) => cell(value));
}

/** Written field by field: an object would put names such as `1990` before all others. */
export function jsonLine(fields: readonly Field[]): string {
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}\n`;
}

/**
 * The values of a row, by the columns of the data.
 *
 * @param beside - Names that the record has already, in JSON or in CSV. A column of such a name gets
 * `_` at its end, so that no two values of a record have one name.
 */
export function rowFields(
  columns: readonly string[],
  value: (column: number) => Value,
  beside: readonly string[],
): Field[] {
  const taken = new Set([...beside, ...beside.map(snake), ...columns]);
  return columns.map((column, j) => {
    let name = column;
    if (beside.some((own) => own === column || snake(own) === column)) while (taken.has(name)) name += '_';
    const found = value(j);
    return [name, typeof found === 'number' ? finiteOrNull(found) : found, name];
  });
}

function cell(value: Value): number | string {
  return value === null ? '' : typeof value === 'boolean' ? String(value) : value;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

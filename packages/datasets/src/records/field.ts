import { finiteOrNull } from '@iresnet/core/internal';
import { csvLine } from './csvCell';

/** A value of a record; null is an empty cell, and what is undefined is left out of JSON too. */
export type Value = number | string | boolean | null | undefined;

/**
 * A value with its name: `maxError` in JSON and `max_error` in a table. A third entry is the name
 * of a column of the data, which is written as it is.
 */
export type Field = readonly [key: string, value: Value, column?: string];

/**
 * Records of the same fields, in order, as lines of CSV below their names, or as JSON lines.
 *
 * @example
 * ```ts
 * import { recordLines } from '@iresnet/datasets';
 *
 * const records = [[['maxError', 1e-6], ['sky', 'sun; rain']]] as const;
 * console.log(recordLines(records, 'csv')); // max_error,sky\n0.000001,"sun; rain"\n
 * console.log(recordLines(records, 'jsonl')); // {"maxError":0.000001,"sky":"sun; rain"}\n
 * ```
 */
export function recordLines(records: readonly (readonly Field[])[], format: 'csv' | 'jsonl'): string {
  if (format === 'jsonl') return records.map(jsonLine).join('');
  return csvLine(fieldNames(records[0] ?? [])) + records.map(csvRecord).join('');
}

/** The names of the fields of a record in a table. */
export function fieldNames(fields: readonly Field[]): string[] {
  return fields.map(([key, , column]) => column ?? snake(key));
}

/** A line of CSV. */
export function csvRecord(fields: readonly Field[]): string {
  return csvLine(fields.map(([, value]) => (typeof value === 'boolean' ? String(value) : (value ?? ''))));
}

/** Written field by field: an object would put names such as `1990` before all others. */
export function jsonLine(fields: readonly Field[]): string {
  const written = fields.filter(([, value]) => value !== undefined);
  return `{${written.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}\n`;
}

/**
 * The values of a row, by the columns of the data.
 *
 * @param beside - Names that the record has already, in JSON or in CSV. A column of such a name
 * gets `_` at its end, so that no two values of a record have one name.
 *
 * @example
 * ```ts
 * import { rowFields } from '@iresnet/datasets';
 *
 * console.log(rowFields(['row', 'price'], (j) => [7, 2.5][j]!, ['row'])); // row_: 7 and price: 2.5
 * ```
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

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

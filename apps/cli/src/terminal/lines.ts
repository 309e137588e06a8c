import { csvLine } from './csv';

/** A value of a record; null is an empty cell. */
export type Value = number | string | boolean | null;

/** How records are written. */
export type LineFormat = 'csv' | 'jsonl';

/**
 * Records as lines of CSV below their names, or as JSON lines.
 *
 * @param names - Of the columns of a CSV file: by default `log_likelihood` for `logLikelihood`.
 */
export function recordLines(
  records: readonly Readonly<Record<string, Value>>[],
  format: LineFormat,
  names: readonly string[] = Object.keys(records[0] ?? {}).map(snake),
): string {
  if (format === 'jsonl') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const rows = records.map((record) => csvLine(Object.values(record).map(cell)));
  return [csvLine(names), ...rows].join('');
}

function cell(value: Value): number | string {
  return value === null ? '' : typeof value === 'boolean' ? String(value) : value;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

import type { LabelledTable, Table } from '@iresnet/datasets';

/**
 * A table as the text of a CSV file, from which `parseTable` reads the same numbers and classes.
 */
export function csvOf({ columns, rows, values, label, labels }: Table & Partial<LabelledTable>): string {
  const width = columns.length;
  const lines = Array.from({ length: rows }, (_, i) => [
    ...Array.from(values.subarray(i * width, (i + 1) * width), String),
    ...(labels ? [quoted(labels[i]!)] : []),
  ]);
  return [[...columns, ...(labels ? [label!] : [])].map(quoted), ...lines]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}

const quoted = (text: string): string =>
  /[",;\t\n\r]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

import type { Table } from '@iresnet/datasets';

/** The first rows of a table, at most so many. The values are shared, not copied. */
export function firstRows({ columns, rows, values }: Table, most: number): Table {
  const count = Math.min(rows, most);
  return { columns, rows: count, values: values.subarray(0, count * columns.length) };
}

/**
 * Rows of cells in columns, two blanks apart. The last cell of a row that is shorter than the first
 * may be of any length.
 *
 * @param side - The side of a cell on which its blanks are.
 *
 * @example
 * ```ts
 * import { aligned } from '@iresnet/pipeline/run';
 *
 * console.log(aligned([['rows', '272'], ['columns', '2']]));
 * ```
 */
export function aligned(
  rows: readonly (readonly string[])[],
  side: 'padEnd' | 'padStart' = 'padEnd',
): string {
  const full = rows[0]!.length;
  const widths = Array.from({ length: full }, (_, j) =>
    Math.max(...rows.map((row) => (row.length === full || j < row.length - 1 ? row[j]!.length : 0))),
  );
  const line = (row: readonly string[]): string => row.map((cell, j) => cell[side](widths[j]!)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

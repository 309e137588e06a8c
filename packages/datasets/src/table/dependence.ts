import { completeRows, type Table } from './table';

/** Rows and columns that are looked at, at most. */
const [ROWS, COLUMNS] = [2000, 64];
/**
 * What is left of a column without the others, as a share of its length, below which it follows
 * from them.
 */
const LEFT = 1e-6;
/** Rows among which copies are looked for. */
const COMPARED = 100_000;

/**
 * The columns of numbers that follow from those before them along a line: copies, totals, other
 * units. Columns are made orthogonal one after the other (Gram and Schmidt); what is left of one is
 * its part that the others do not have. Cost: O(n d²) of at most 2000 rows and 64 columns.
 */
export function dependentColumns(table: Table): string[] {
  const { columns, rows, values, kinds } = completeRows(table);
  const count = Math.min(rows, ROWS);
  const basis: Float64Array[] = [];
  const found: string[] = [];
  columns.slice(0, COLUMNS).forEach((name, j) => {
    if (kinds?.[j]?.kind === 'category') return;
    const at = (i: number): number => values[Math.floor((i * rows) / count) * columns.length + j]!;
    const column = Float64Array.from({ length: count }, (_, i) => at(i));
    const mean = column.reduce((sum, x) => sum + x / count, 0);
    const most = column.reduce((m, x) => Math.max(m, Math.abs(x - mean)), 0);
    if (!(most > 0) || !Number.isFinite(most)) return;
    const off = column.map((x) => (x - mean) / most);
    const length = Math.hypot(...off);
    // Twice, since once leaves the rounding of the first.
    for (const other of [...basis, ...basis]) {
      const share = off.reduce((sum, x, i) => sum + x * other[i]!, 0);
      for (let i = 0; i < count; i++) off[i]! -= share * other[i]!;
    }
    const left = Math.hypot(...off);
    if (left < LEFT * length) found.push(name);
    else if (basis.length < count - 2) basis.push(off.map((x) => x / left));
  });
  return found;
}

/** How many rows are copies of one before them, among so many. */
export function copiedRows({ columns: { length }, rows, values }: Table): { copies: number; of: number } {
  const of = Math.min(rows, COMPARED);
  const seen = new Set<string>();
  for (let i = 0; i < of; i++) seen.add(values.subarray(i * length, (i + 1) * length).join());
  return { copies: of - seen.size, of };
}

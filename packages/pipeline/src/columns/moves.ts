import type { Table } from '@iresnet/datasets';
import type { CategoryEffect } from './effects';

/** Effects by the positions of their columns: how rows are moved. */
export interface Moves {
  /** Columns of categories that move others. */
  readonly categories: readonly number[];
  /** Columns that are moved. */
  readonly moved: readonly number[];
  /** `[d]`, the move of each column for the codes of a row; unknown codes move nothing. */
  of(row: ArrayLike<number>): Float64Array;
  /**
   * How far column j may be moved otherwise where the values of the categories are anywhere within
   * these ends.
   */
  most(j: number, row: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>): number;
}

/** The {@link Moves} of effects; null without any. */
export function movesOf(columns: readonly string[], effects: readonly CategoryEffect[] = []): Moves | null {
  if (effects.length === 0) return null;
  const known = effects.map(({ category, column, shift }) => ({
    category: columns.indexOf(category),
    column: columns.indexOf(column),
    shift,
  }));
  const code = (value: number): number => Math.floor(value);
  return {
    categories: Array.from(new Set(known.map(({ category }) => category))),
    moved: Array.from(new Set(known.map(({ column }) => column))),
    of(row) {
      const all = new Float64Array(columns.length);
      for (const { category, column, shift } of known) all[column]! += shift[code(row[category]!)] ?? 0;
      return all;
    },
    most(j, row, low, high) {
      let most = 0;
      for (const { category, column, shift } of known) {
        if (column !== j) continue;
        const own = shift[code(row[category]!)] ?? 0;
        const [from, to] = [
          Math.max(0, code(low[category]!)),
          Math.min(shift.length - 1, code(high[category]!)),
        ];
        let far = 0;
        for (let c = from; c <= to; c++) far = Math.max(far, Math.abs(shift[c]! - own));
        most += far;
      }
      return most;
    },
  };
}

/**
 * A transformed table less the moves by the categories of its rows.
 *
 * @param codes - The same rows, whose columns of categories hold the code and less than 1 more.
 */
export function movedBack(table: Table, codes: Table, moves: Moves): Table {
  const width = table.columns.length;
  const all = Float64Array.from(table.values);
  for (let at = 0; at < all.length; at += width)
    moves.of(codes.values.subarray(at, at + width)).forEach((move, j) => (all[at + j]! -= move));
  return { ...table, values: all };
}

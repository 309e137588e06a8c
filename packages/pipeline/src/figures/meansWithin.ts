import type { ColumnKind } from '@iresnet/datasets';

/** Rows of numbers; words are their codes. */
export type Rows = readonly (readonly number[])[];

/** The mean of a column of numbers over the rows that have a word. */
export interface MeanWithin {
  /** The column of numbers. */
  readonly column: string;
  /** The column of words, and the word. */
  readonly category: string;
  readonly value: string;
  readonly training: number;
  readonly drawn: number;
  readonly heldOut: number;
}

/**
 * The mean over the rows with one word that differs most between draws and training rows, in
 * deviations of its column: what a correlation of numbers does not show.
 *
 * @param least - Rows of each kind that have the word, at least.
 * @returns Null where no word has so many rows.
 */
export function meanWithin(
  columns: readonly string[],
  kinds: readonly (ColumnKind | undefined)[],
  { drawn, training, heldOut }: { readonly drawn: Rows; readonly training: Rows; readonly heldOut: Rows },
  deviation: ArrayLike<number>,
  least: number,
): MeanWithin | null {
  let most: { readonly found: MeanWithin; readonly size: number } | null = null;
  for (const [c, kind] of kinds.entries()) {
    if (kind?.kind !== 'category') continue;
    for (let code = 0; code < kind.values.length + Number(kind.missing ?? false); code++) {
      const [of, others, reals] = [training, drawn, heldOut].map((rows) =>
        rows.filter((row) => row[c] === code),
      );
      if (Math.min(of!.length, others!.length, reals!.length) < least) continue;
      for (const [j, column] of columns.entries()) {
        if (kinds[j]?.kind === 'category' || deviation[j] === 0) continue;
        const [real, made, unseen] = [of!, others!, reals!].map((rows) => meanOf(rows, j)) as [
          number,
          number,
          number,
        ];
        const size = Math.abs(made - real) / deviation[j]!;
        if (most && size <= most.size) continue;
        const value = kind.values[code] ?? 'no value';
        most = {
          size,
          found: { column, category: columns[c]!, value, training: real, drawn: made, heldOut: unseen },
        };
      }
    }
  }
  return most?.found ?? null;
}

const meanOf = (rows: Rows, j: number): number => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;

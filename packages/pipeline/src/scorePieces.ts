import { joinRows, sliceRows, type Table } from '@iresnet/datasets';
import { PIECE } from './judging';
import type { Pipeline } from './pipeline';
import { score, type ScoreOptions, type Scores } from './score';

/** Examples of one piece of the data, in order, with their scores. */
export interface ScoredPiece {
  /** Examples of the same data before this piece. */
  readonly first: number;
  readonly scores: Scores;
  /** The rows themselves, of a table. */
  readonly table?: Table;
  /**
   * What each example goes by; by default a row by `table.numbers` or its position from 1, an image
   * by its position.
   */
  readonly names?: readonly (string | number)[];
  /** The file of the examples, where there are several. */
  readonly file?: string;
}

/** Rows that {@link scorePieces} scores at once. */
const CHUNK = 64 * PIECE.table;

/**
 * {@link score} of a table that comes in pieces of any size, as a file is read. Memory does not
 * grow with the table, and the scores are those of the whole table at once, however it was cut.
 *
 * @param pieces - Tables with the same columns, in order.
 * @returns Runs of rows with their scores, in order; `first` counts the rows before, and the
 * positions of `unusable` count from there.
 *
 * @example
 * ```ts
 * import { faithful, takeRows } from '@iresnet/datasets';
 * import { defaultRecipe, scorePieces, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const pieces = [takeRows(faithful(), [0, 1, 2]), takeRows(faithful(), [3])];
 * for await (const { first, scores } of scorePieces(pipeline, pieces)) console.log(first, scores.logProb);
 * ```
 */
export async function* scorePieces(
  pipeline: Pipeline,
  pieces: Iterable<Table> | AsyncIterable<Table>,
  options: ScoreOptions = {},
): AsyncGenerator<ScoredPiece & { readonly table: Table }> {
  let first = 0;
  for await (const table of chunks(pieces, CHUNK)) {
    const scores = await score(pipeline, table, options);
    yield { first, table, scores };
    first += scores.count;
  }
}

/**
 * The same rows in tables of `size` rows, the last one shorter: at the end, or before a bad row.
 */
export async function* chunks(
  pieces: Iterable<Table> | AsyncIterable<Table>,
  size: number,
): AsyncGenerator<Table> {
  let waiting: Table[] = [];
  let rows = 0;
  try {
    for await (const piece of pieces) {
      let rest = piece;
      while (rows + rest.rows >= size) {
        const taken = size - rows;
        const chunk = joinRows([...waiting, sliceRows(rest, 0, taken)]);
        rest = sliceRows(rest, taken, rest.rows);
        [waiting, rows] = [[], 0];
        yield chunk;
      }
      if (rest.rows === 0) continue;
      waiting.push(rest);
      rows += rest.rows;
    }
  } catch (error) {
    if (rows > 0) yield joinRows(waiting);
    throw error;
  }
  if (rows > 0) yield joinRows(waiting);
}

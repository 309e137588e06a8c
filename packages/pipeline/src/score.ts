import { softmax } from '@tensorflow/tfjs-core';
import { createRng, type Rng } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { bitsPerDimOf } from './bits';
import { batchesOf, type Data } from './data';
import { judging } from './judging';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';

/** Options of {@link score}. */
export interface ScoreOptions {
  /** Seed of the probes, and of the noise within the levels of images. Default 0. */
  readonly seed?: number;
  /** In place of `seed`: the stream itself. */
  readonly rng?: Rng;
  /** How many examples of the same data came before: probes and noise go by the number of an example. Default 0. */
  readonly first?: number;
  /** Called after each piece with the number of examples done. */
  readonly onProgress?: (done: number) => void;
}

/** What a model says of each example. */
export interface Scores {
  readonly count: number;
  /** ln p(x), nats, in the units of the data; null for a model that only classifies. */
  readonly logProb: Float64Array | null;
  /** −ln p/(d ln 2) + log₂ levels, bits; null but for images with a density. */
  readonly bitsPerDim: Float64Array | null;
  /** `[count, K]`, row-major: the probability of each class; null without a classifier. */
  readonly probabilities: Float32Array | null;
}

/** Examples on the device at a time. */
export const PIECE = { table: 1024, images: 128 } as const;

/**
 * ln p(x) of each example, and the probabilities of its classes, from one forward pass.
 *
 * A density is judged with an exact log-determinant where that is cheap, else with an estimator whose
 * bias does not show; see `judging`. Images get uniform noise within their levels for the density, and
 * the middle of each level for the classes.
 *
 * @param pipeline - A trained model.
 * @param data - A table, rows, or images.
 * @returns Arrays on the host, one entry an example. NaN where a value of the example is not finite.
 * @throws IResNetError of kind `data` when the data does not fit the model.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, score, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const { logProb } = await score(pipeline, [[3.6, 79], [1.8, 54]]);
 * console.log(logProb); // nats, in minutes
 * ```
 */
export async function score(pipeline: Pipeline, data: Data, options: ScoreOptions = {}): Promise<Scores> {
  const where = 'pipeline.score';
  checkOptions(where, options, { seed: true, rng: true, first: true, onProgress: true });
  const { input, task } = pipeline;
  const { rng = createRng(options.seed ?? 0), first = 0, onProgress } = options;
  const { count, batch } = batchesOf(where, input, data);
  const model = judging(pipeline);
  const density = task !== 'classify';
  const classes = model.head === null ? 0 : input.classes.length;
  const logProb = density ? new Float64Array(count) : null;
  const probabilities = classes > 0 ? new Float32Array(count * classes) : null;
  const [noise, probes] = [rng.split('noise'), rng.split('probes')];
  const compute = (from: number, to: number) => {
    const stream = probes.split(first + from);
    if (input.kind === 'table' && density && classes > 0) {
      const { logProb: found, logits } = model.logProbAndLogits(batch(from, to), stream);
      return { logProb: found, probabilities: softmax(logits) };
    }
    return {
      ...(density && { logProb: model.logProb(batch(from, to, noise.split(first + from)), stream) }),
      ...(classes > 0 && { probabilities: model.classify(batch(from, to)).probabilities }),
    };
  };
  await inPieces(
    count,
    PIECE[input.kind],
    compute,
    (values: { logProb?: Float32Array; probabilities?: Float32Array }, from, to) => {
      if (values.logProb) logProb!.set(values.logProb, from);
      if (values.probabilities) probabilities!.set(values.probabilities, from * classes);
      onProgress?.(to);
    },
    first,
  );
  const bitsPerDim = logProb && input.kind === 'images' ? bitsPerDimOf(logProb, input) : null;
  return { count, logProb, bitsPerDim, probabilities };
}

/** Rows that {@link scorePieces} scores at once. */
const CHUNK = 64 * PIECE.table;

/**
 * {@link score} of a table that comes in pieces of any size, as a file is read. Memory does not grow
 * with the table, and the scores are those of the whole table at once, however it was cut.
 *
 * @param pieces - Tables with the same columns, in order.
 * @returns Runs of rows with their scores, in order; `first` counts the rows before.
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
): AsyncGenerator<{ readonly first: number; readonly scores: Scores }> {
  let { first = 0 } = options;
  for await (const table of chunks(pieces, CHUNK)) {
    const scores = await score(pipeline, table, { ...options, first });
    yield { first, scores };
    first += scores.count;
  }
}

/** The same rows in tables of `size` rows, the last one shorter: at the end, or before a bad row. */
async function* chunks(pieces: Iterable<Table> | AsyncIterable<Table>, size: number): AsyncGenerator<Table> {
  let waiting: Table[] = [];
  let rows = 0;
  try {
    for await (const piece of pieces) {
      let rest = piece;
      while (rows + rest.rows >= size) {
        const taken = size - rows;
        const chunk = joined([...waiting, rowRange(rest, 0, taken)]);
        rest = rowRange(rest, taken, rest.rows);
        [waiting, rows] = [[], 0];
        yield chunk;
      }
      if (rest.rows === 0) continue;
      waiting.push(rest);
      rows += rest.rows;
    }
  } catch (error) {
    if (rows > 0) yield joined(waiting);
    throw error;
  }
  if (rows > 0) yield joined(waiting);
}

function rowRange({ columns, values }: Table, from: number, to: number): Table {
  const width = columns.length;
  return { columns, rows: to - from, values: values.subarray(from * width, to * width) };
}

function joined(tables: readonly Table[]): Table {
  const [head] = tables;
  if (tables.length === 1) return head!;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const values = new Float64Array(rows * head!.columns.length);
  let at = 0;
  for (const table of tables) {
    values.set(table.values, at);
    at += table.values.length;
  }
  return { columns: head!.columns, rows, values };
}

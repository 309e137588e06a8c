import { createRng, type InverseReport } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { takeRows, type Table } from '@iresnet/datasets';
import { atRows } from './atRows';
import { discrete } from './columns/discrete';
import { allColumns, columnsOf } from './columns/given';
import { belonging } from './columns/possible';
import { lacking } from './columns/roles';
import { batchesOf } from './data';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';
import { DRAWN, type SampleOptions } from './sample';
import { chunks } from './scorePieces';
import { standardized } from './standardized';
import type { Unusable } from './unusable';

/** Options of {@link impute}. */
export interface ImputeOptions extends Pick<SampleOptions, 'seed' | 'temperature'> {
  /** Which of several completions of the same rows; each has its own draws. Default 0. */
  readonly copy?: number;
  /** How many rows came before, a multiple of 1024. Default 0. */
  readonly first?: number;
}

/** Rows without gaps. */
export interface Imputed {
  /** The columns of the model. Values that were there are as they were. */
  readonly table: Table;
  /** Of each row whether its draw converged; true where nothing was missing. */
  readonly converged: readonly boolean[];
  /** Rows that cannot be completed, each with the reason. They are as they were. */
  readonly unusable: readonly Unusable[];
}

/**
 * Complete rows: missing values, NaN, are drawn from p(x_missing | x_observed).
 *
 * What is drawn holds what its column can hold, as with `sample`. The same seed and copy give the
 * same values. One completion is one possible row, not the best guess: the mean of several is that.
 *
 * @param pipeline - A density with a masked flow (`masked` in the recipe's flow), which was trained
 * with missing values.
 * @param table - Rows with the columns of the model, by their names.
 * @throws IResNetError (argument) for another model, (data) for a table that does not fit.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, impute, tableSource, train } from '@iresnet/pipeline';
 *
 * const { model, ...rest } = defaultRecipe('table');
 * const masked = { kind: 'dense', flow: { ...model.flow, masked: true } } as typeof model;
 * const recipe = { ...rest, model: masked, steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const open = { columns: ['eruptions', 'waiting'], rows: 1, values: Float64Array.of(3.6, NaN) };
 * console.log((await impute(pipeline, open)).table.values); // 3.6 and a time to wait
 * ```
 */
export async function impute(
  pipeline: Pipeline,
  table: Table,
  options: ImputeOptions = {},
): Promise<Imputed> {
  const where = 'pipeline.impute';
  checkOptions(where, options, { seed: true, temperature: true, copy: true, first: true });
  const { seed = 0, temperature = 1, copy = 0, first = 0 } = options;
  const { input } = pipeline;
  const { model, masked } = standardized(pipeline);
  ensure(
    input.kind === 'table' && masked !== null,
    where,
    () => 'expected a model with a masked flow, which was trained with --missing marginal, got another',
  );
  const { columns } = input;
  const d = columns.length;
  const own = columnsOf(where, table, columns);
  const values = Float64Array.from(own.values);
  const gaps = (i: number): boolean => values.subarray(i * d, (i + 1) * d).some(Number.isNaN);
  const open = Array.from({ length: own.rows }, (_, i) => i).filter(gaps);
  const { batch, complete, unusable } = batchesOf(where, pipeline, takeRows(table, open), lacking);
  const left = new Set(unusable.map(({ index }) => index));
  const whole = discrete(input.kinds);
  const belong = belonging(input.possible);
  const rng = createRng(seed).split('impute').split(copy);
  const converged = new Array<boolean>(own.rows).fill(true);
  let report: InverseReport;
  await inPieces(
    model,
    open.length,
    DRAWN.table,
    (from, to) => {
      const { piece } = atRows(model, batch(from, to, undefined, copy));
      report = piece.decode(piece.flow.base.sample(to - from, rng.split(first + from), temperature));
      return { z: report.value };
    },
    ({ z }, from, to) => {
      for (let i = from; i < to; i++) {
        if (left.has(i)) continue;
        const at = open[i]!;
        const drawn = complete!(i, z.subarray((i - from) * d, (i - from + 1) * d), copy);
        whole?.quantize(drawn);
        belong?.(drawn);
        drawn.forEach((value, j) => {
          if (Number.isNaN(values[at * d + j]!)) values[at * d + j] = value;
        });
        converged[at] = report.converged[i - from]!;
      }
    },
  );
  return {
    table: { ...allColumns(input), rows: own.rows, values },
    converged,
    unusable: unusable.map((found) => ({ ...found, index: open[found.index]! })),
  };
}

/** Rows that were read, with their completions. */
export interface ImputedPiece {
  /** Rows of the same data before this piece. */
  readonly first: number;
  /** The rows as they were read. */
  readonly table: Table;
  /** Their completions, one for each copy. */
  readonly copies: readonly Imputed[];
}

/**
 * {@link impute} of a table that comes in pieces of any size, as a file is read: memory does not
 * grow with it, and the values do not depend on the pieces.
 *
 * @param count - Completions of each row.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, imputePieces, imputeRecords, tableSource, train } from '@iresnet/pipeline';
 *
 * const { model, ...rest } = defaultRecipe('table');
 * const masked = { kind: 'dense', flow: { ...model.flow, masked: true } } as typeof model;
 * const recipe = { ...rest, model: masked, steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const open = { columns: ['eruptions', 'waiting'], rows: 1, values: Float64Array.of(3.6, NaN) };
 * for await (const records of imputeRecords(pipeline, imputePieces(pipeline, [open], 2)))
 *   console.log(Array.from(records)); // two rows with 3.6 and a time each
 * ```
 */
export async function* imputePieces(
  pipeline: Pipeline,
  pieces: Iterable<Table> | AsyncIterable<Table>,
  count = 1,
  options: Pick<ImputeOptions, 'seed' | 'temperature'> = {},
): AsyncGenerator<ImputedPiece> {
  ensure(
    Number.isSafeInteger(count) && count >= 1,
    'pipeline.imputePieces',
    () => `expected a count ≥ 1, got ${count}`,
  );
  let first = 0;
  for await (const table of chunks(pieces, DRAWN.table)) {
    const copies: Imputed[] = [];
    for (let copy = 0; copy < count; copy++)
      copies.push(await impute(pipeline, table, { ...options, first, copy }));
    yield { first, table, copies };
    first += table.rows;
  }
}

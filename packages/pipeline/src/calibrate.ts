import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { scoreRanks } from '@iresnet/evaluation';
import type { Calibration } from './calibration';
import { judgedRows } from './figures/tableFigures';
import type { Pipeline } from './pipeline';
import { firstRows } from './rows';
import { score } from './score';
import type { TableSource } from './source/source';
import { trainedRows, type TrainedRows } from './trainedRows';

/** Values of a column that are kept, and the rows that they are taken from. */
const [TRIED, LOOKED_AT] = [16, 20_000];

/**
 * A pipeline that knows how its scores are spread over usual rows, so that `score` gives the
 * p-value of a row.
 *
 * The usual rows are those that a source held out, which the model was neither trained nor chosen
 * on: then p-values are valid, whatever the model. A source that holds nothing out gives its
 * validation rows; the best model was chosen on them, so that p-values are a little too small. A
 * table is usual rows of your own; it must hold no row that the model was trained on.
 *
 * At most 1024 different scores are kept, which is enough for exact p-values of the 512 least
 * likely ranks; see `scoreRanks` of `@iresnet/evaluation`. Of each column 16 quantiles are kept,
 * for `explain`. Of a source 256 hashes of training rows are kept too, so that `score` can tell
 * when it is given training rows.
 *
 * @param pipeline - A density of rows.
 * @param rows - The source of its training, or a table. Of a source at most `judgedRows` are
 * scored.
 * @returns The same model with the scores; `saveModel` keeps them.
 * @throws IResNetError (argument) for a model of images, (data) for a table that does not fit or is
 * empty.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { calibrate, defaultRecipe, score, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const source = tableSource('faithful', faithful(), recipe);
 * const pipeline = await calibrate((await train(source, recipe)).pipeline, source);
 * const { pValue, percentile } = await score(pipeline, [[3.6, 79], [1.8, 500]]);
 * console.log(pValue, percentile); // the second is less likely than every row that was held out
 * ```
 */
export async function calibrate(pipeline: Pipeline, rows: TableSource | Table): Promise<Pipeline> {
  const where = 'pipeline.calibrate';
  ensure(
    pipeline.input.kind === 'table' && pipeline.task !== 'classify',
    where,
    () => 'expected a density of rows, got another model',
  );
  if (!('training' in rows)) return withScores(pipeline, rows, rows, 'given', null);
  const { training, validation, heldOut } = rows;
  const [part, of] =
    heldOut.count > 0 ? ([heldOut, 'heldOut'] as const) : ([validation, 'validation'] as const);
  const usual = firstRows(part.data, judgedRows(part.data.columns.length));
  const trained = trainedRows(rowAt(training.data), training.count, rowAt(usual), usual.rows);
  return withScores(pipeline, usual, training.data, of, trained);
}

async function withScores(
  pipeline: Pipeline,
  usual: Table,
  shown: Table,
  of: Calibration['of'],
  trained: TrainedRows | null,
): Promise<Pipeline> {
  if (usual.rows === 0)
    throw new IResNetError('data', 'pipeline.calibrate', 'expected one usual row or more, got none');
  const { logProb } = await score(pipeline, usual);
  return {
    ...pipeline,
    calibration: { ...scoreRanks(logProb!), of, values: valuesOf(pipeline, shown), trained },
  };
}

/**
 * Quantiles of each column of a model, at the middles of as many equal shares: values that rows
 * have.
 */
function valuesOf({ input }: Pipeline, table: Table): number[][] {
  const { columns, rows, values } = firstRows(table, LOOKED_AT);
  const names = input.kind === 'table' ? input.columns : [];
  return names.map((name) => {
    const j = columns.indexOf(name);
    const sorted = Float64Array.from({ length: rows }, (_, i) => values[i * columns.length + j]!)
      .filter(Number.isFinite)
      .sort();
    const quantiles = Array.from(
      { length: TRIED },
      (_, k) => sorted[Math.floor(((k + 0.5) * sorted.length) / TRIED)]!,
    );
    return Array.from(new Set(quantiles));
  });
}

function rowAt({ columns: { length }, values }: Table) {
  return (i: number) => values.subarray(i * length, (i + 1) * length);
}

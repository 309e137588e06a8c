import { checkOptions, ensure } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { single } from './columns/roles';
import type { Pipeline } from './pipeline';
import { scored, type ScoreOptions } from './score';
import { standardized } from './standardized';

/**
 * −ln p(xⱼ | all other columns) of each value of each row, nats: how surprising it is beside the
 * others, by a density that knows every conditional.
 *
 * It is a density in the unit of the column, or a probability of whole numbers and categories: a
 * column in small units has large densities, and so small surprises. Compare a column with itself
 * from row to row. `explain` compares columns with each other, by what a usual value would gain.
 *
 * @param pipeline - A density with a masked flow.
 * @param table - Rows. Missing values are left out of what is known.
 * @returns `[rows, d]`, row by row in the order of the model's columns; NaN where a value is
 * missing, not finite for a row that cannot be judged. Cost: a pass of the row for each column of
 * numbers, and 13 for each of whole numbers and categories.
 * @throws IResNetError (argument) for another model, (data) for a table that does not fit.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, surprises, tableSource, train } from '@iresnet/pipeline';
 *
 * const { model, ...rest } = defaultRecipe('table');
 * const masked = { kind: 'dense', flow: { ...model.flow, masked: true } } as typeof model;
 * const recipe = { ...rest, model: masked, steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const columns = ['eruptions', 'waiting'];
 * console.log(await surprises(pipeline, { columns, rows: 1, values: Float64Array.of(1.8, 95) })); // two numbers
 * ```
 */
export async function surprises(
  pipeline: Pipeline,
  table: Table,
  options: Pick<ScoreOptions, 'seed' | 'probes'> = {},
): Promise<Float64Array> {
  const where = 'pipeline.surprises';
  checkOptions(where, options, { seed: true, probes: true });
  const { calibration: _, ...plain } = pipeline;
  const { input } = plain;
  ensure(
    input.kind === 'table' && standardized(plain).masked !== null,
    where,
    () => 'expected a model with a masked flow, which was trained with --missing marginal, got another',
  );
  const d = input.columns.length;
  const all = new Float64Array(table.rows * d);
  for (let j = 0; j < d; j++) {
    const { logProb } = await scored(where, plain, table, options, (row, columns) => single(row, columns, j));
    logProb!.forEach((value, i) => (all[i * d + j] = -value));
  }
  return all;
}

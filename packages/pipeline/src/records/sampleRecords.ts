import { ensure } from '@iresnet/core/internal';
import { cellOf, isDiscrete, rowFields, type Field, type Table, type Value } from '@iresnet/datasets';
import { columnMap } from '../columns/columnMap';
import { allColumns } from '../columns/given';
import type { TableInput } from '../input';
import type { Pipeline } from '../pipeline';

/**
 * Records of rows that a model drew, one value for each of its columns and of those that are given:
 * categories and days as texts, and numbers with the decimals of their column.
 *
 * A column without decimals of its own gets nine digits of each deviation, in which the network
 * works: they tell any two of its float32 numbers apart.
 *
 * @param pieces - Tables in the columns of `allColumns`: those of `samplePieces`.
 * @returns Records of a piece, in order. Memory is that of a piece.
 * @throws IResNetError (argument) for a model of images.
 *
 * @example
 * ```ts
 * import { faithful, recordLines } from '@iresnet/datasets';
 * import { defaultRecipe, samplePieces, sampleRecords, tableSource, train, type Pipeline } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * async function* tables(model: Pipeline) {
 *   for await (const { table } of samplePieces(model, 3, { seed: 1 })) yield table;
 * }
 * for await (const records of sampleRecords(pipeline, tables(pipeline)))
 *   console.log(recordLines(records, 'csv')); // eruptions,waiting and three rows
 * ```
 */
export async function* sampleRecords(
  pipeline: Pipeline,
  pieces: Iterable<Table> | AsyncIterable<Table>,
): AsyncGenerator<Field[][]> {
  const { input } = pipeline;
  ensure(
    input.kind === 'table',
    'pipeline.sampleRecords',
    () => 'expected a model of rows, got one of images',
  );
  const { columns } = allColumns(input);
  const cell = cellOfDraw(pipeline, input);
  for await (const { rows, values } of pieces)
    yield Array.from({ length: rows }, (_, i) =>
      rowFields(columns, (j) => cell(values[i * columns.length + j]!, j), []),
    );
}

/** A value that was drawn, as it is written. */
export function cellOfDraw(pipeline: Pipeline, input: TableInput): (value: number, column: number) => Value {
  const { kinds } = allColumns(input);
  const { unit } = columnMap(pipeline);
  return (value, column) => {
    const kind = kinds?.[column];
    const exact =
      column >= input.columns.length ||
      input.possible?.[column]?.per !== undefined ||
      (kind && (isDiscrete(kind) || kind.kind === 'time'));
    if (exact) return cellOf(kind, value);
    const offset = Math.ceil(Math.log10(Math.abs(value) / unit(value, column)));
    return Number(value.toPrecision(Math.min(17, 9 + Math.max(0, offset || 0))));
  };
}

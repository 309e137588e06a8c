import { ensure } from '@iresnet/core/internal';
import { rowFields, type Field, type Value } from '@iresnet/datasets';
import type { ImputedPiece } from '../impute';
import type { Pipeline } from '../pipeline';
import { jsonValue, type CellForm } from './keptFields';
import { cellOfDraw } from './sampleRecords';

/**
 * Records of completed rows, the copies of a row one after the other.
 *
 * Where a table keeps its cells (`keep: 'all'` of `streamRows`), they stand as they were, with
 * those of other columns, and only gaps of the columns of the model hold something new. Else a
 * record has the columns of the model.
 *
 * @param pieces - Those of `imputePieces`.
 * @param cells - Whether cells that a table keeps come as their text, or numbers as numbers and
 * empty ones as null. Default `text`.
 */
export async function* imputeRecords(
  pipeline: Pipeline,
  pieces: Iterable<ImputedPiece> | AsyncIterable<ImputedPiece>,
  cells: CellForm = 'text',
): AsyncGenerator<Field[][]> {
  const { input } = pipeline;
  ensure(
    input.kind === 'table',
    'pipeline.imputeRecords',
    () => 'expected a model of rows, got one of images',
  );
  const cell = cellOfDraw(pipeline, input);
  const { columns } = input;
  for await (const { table, copies } of pieces) {
    const places = columns.map((name) => table.columns.indexOf(name));
    const isGap = (i: number, j: number): boolean =>
      Number.isNaN(table.values[i * table.columns.length + places[j]!]!);
    const { kept } = table;
    const of = kept?.columns.map((name) => columns.indexOf(name));
    const rows = Array.from({ length: table.rows }, (_, i) => i);
    yield rows.flatMap((i) =>
      copies.map(({ table: { values } }) => {
        const drawn = (j: number): Value => cell(values[i * columns.length + j]!, j);
        if (!kept) return rowFields(columns, drawn, []);
        return kept.columns.map((name, c): Field => {
          const j = of![c]!;
          const text = kept.cells[i]![c]!;
          // A cell that could not be read stays.
          const found = j >= 0 && isGap(i, j) ? drawn(j) : null;
          return [name, found ?? (cells === 'json' ? jsonValue(text) : text), name];
        });
      }),
    );
  }
}

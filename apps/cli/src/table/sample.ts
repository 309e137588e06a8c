import { writtenForm, type Table } from '@iresnet/datasets';
import { allColumns, samplePieces, sampleRecords, type TableInput } from '@iresnet/pipeline';
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { threadsOf } from '../run/threads';
import { writeNpy, writeRecords, type Output } from '../terminal/output';
import { tellUnconverged } from '../unconverged';
import { givenRows } from './givenRows';
import { imputeRows } from './impute';

const ROWS = 1000;
/** Rows drawn at a time by one thread, and by several. */
const [PIECE, SHARED] = [1024, 32_768];

/**
 * Draw rows from a density in the data's own units: as CSV, JSON lines or Parquet, or as float64
 * `[n, d]` in an .npy file, where a category is its number in the schema.
 */
export async function sampleRows(opened: Opened, request: SampleRequest, output: Output): Promise<number> {
  const { pipeline } = opened;
  const { out, json, seed, temperature, class: name, workers, like } = request;
  if (like !== undefined) return imputeRows(opened, { ...request, like }, output);
  const pool = threadsOf('iresnet sample', opened, workers);
  const converged: boolean[] = [];
  async function* tables(given: Table | null): AsyncGenerator<Table> {
    const count = request.count ?? (given && given.rows > 1 ? 1 : ROWS);
    const pieces = samplePieces(pipeline, count, {
      seed,
      temperature,
      ...(name !== undefined && { class: name }),
      ...(given && { given }),
      size: workers === undefined ? PIECE : SHARED,
      draw: pool.sample,
    });
    for await (const piece of pieces) {
      converged.push(...piece.converged);
      yield piece.table;
    }
  }
  try {
    const rows = tables(await givenRows(pipeline, request, output));
    const form = writtenForm(out, json ? 'jsonl' : undefined);
    if (form.form === 'npy') {
      const { columns } = allColumns(pipeline.input as TableInput);
      await writeNpy(output, out!, valuesOf(rows), columns.length);
    } else await writeRecords(output, out, form, sampleRecords(pipeline, rows));
  } finally {
    await pool.close();
  }
  return tellUnconverged(pipeline, converged, 'rows', output);
}

async function* valuesOf(tables: AsyncIterable<Table>): AsyncGenerator<Float64Array> {
  for await (const { values } of tables) yield values as Float64Array;
}

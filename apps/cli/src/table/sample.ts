import { writtenForm, type Table } from '@iresnet/datasets';
import { allColumns, imputePieces, imputeRecords, samplePieces, sampleRecords, type ImputedPiece, type TableInput } from '@iresnet/pipeline'; // prettier-ignore
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { streamTable } from '../run/tableFile';
import { threadsOf } from '../run/threads';
import { recordsForm, writeNpy, writeRecords, type Output } from '../terminal/output';
import { unusableNotes } from '../terminal/unusable';
import { tellUnconverged } from '../unconverged';
import { givenRows } from './givenRows';
import { readBy } from './openRows';

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

/** Complete the rows of a file: empty cells are drawn given the others of their row. */
async function imputeRows(
  { pipeline }: Opened,
  { like: file, count = 1, seed, temperature, out, json }: SampleRequest & { readonly like: string },
  output: Output,
): Promise<number> {
  const form = recordsForm(out, json);
  const rows = streamTable({ file, ...readBy(pipeline), keep: 'all' }, 65_536, output);
  const notes = unusableNotes(output, 'rows', 'completed');
  const converged: boolean[] = [];
  async function* told(): AsyncGenerator<ImputedPiece> {
    for await (const piece of imputePieces(pipeline, rows, count, { seed, temperature })) {
      for (const { index, reason } of piece.copies[0]!.unusable)
        notes.add({ name: `row ${piece.first + index + 1}`, reason });
      converged.push(...piece.copies.flatMap((copy) => copy.converged));
      yield piece;
    }
  }
  await writeRecords(output, out, form, imputeRecords(pipeline, told(), json ? 'json' : 'text'));
  notes.warn(converged.length / count, 'They are written as they are.');
  return tellUnconverged(pipeline, converged, 'rows', output);
}

async function* valuesOf(tables: AsyncIterable<Table>): AsyncGenerator<Float64Array> {
  for await (const { values } of tables) yield values as Float64Array;
}

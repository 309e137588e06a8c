import { finiteOrNull } from '@iresnet/core/internal';
import { cellOf, rowFields, type Field } from '@iresnet/datasets';
import type { TableInput } from '@iresnet/pipeline';
import type { ReconstructRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { threadsOf } from '../run/threads';
import { recordsForm, writeRecords, type Output } from '../terminal/output';
import { unusableNotes } from '../terminal/unusable';
import { tellUnconverged } from '../unconverged';
import { tellEmptyBounds } from '../emptyBounds';
import { openRows } from './openRows';

const WHERE = 'iresnet reconstruct';

/** Rows that went to the latent space and back, with their error in the data's own units. */
export async function reconstructRows(
  opened: Opened,
  request: ReconstructRequest,
  output: Output,
): Promise<number> {
  const { pipeline } = opened;
  const form = recordsForm(request.out, request.json);
  const { columns, kinds } = pipeline.input as TableInput;
  const { table, numbers } = await openRows(opened, request, WHERE, output);
  const rows = Math.min(request.count, table.rows);
  const width = columns.length;
  const shown = { columns, rows, values: table.values.subarray(0, rows * width) };
  const pool = threadsOf(WHERE, opened, request.workers);
  const back = await pool.reconstruct(shown).finally(() => pool.close());
  const beside = ['row', 'maxError', 'errorBound', 'residual', 'converged'];
  const records = Array.from({ length: rows }, (_, i): Field[] => [
    ['row', numbers[i]!],
    ...rowFields(columns, (j) => cellOf(kinds?.[j], back.values[i * width + j]!), beside),
    ['maxError', finiteOrNull(back.maxError[i]!)],
    ['errorBound', finiteOrNull(back.errorBound[i]!)],
    ['residual', finiteOrNull(back.residual[i]!)],
    ['converged', back.converged[i]!],
  ]);
  await writeRecords(output, request.out, form, [records]);
  const notes = unusableNotes(output, 'rows', 'inverted');
  for (const { index, reason } of back.unusable) notes.add({ name: `row ${numbers[index]!}`, reason });
  notes.warn(rows, 'Their cells are empty.');
  const range = rangeOf(table.values, width);
  if (range > 0) tellEmptyBounds(back.errorBound, range, 'rows', output);
  return tellUnconverged(pipeline, back.converged, 'rows', output);
}

/** The diagonal of the box that holds all rows; 0 for less than two. */
function rangeOf(values: ArrayLike<number>, width: number): number {
  const low = new Float64Array(width).fill(Infinity);
  const high = new Float64Array(width).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const j = i % width;
    low[j] = Math.min(low[j]!, value);
    high[j] = Math.max(high[j]!, value);
  }
  return Math.hypot(...high.map((top, j) => Math.max(0, top - low[j]!)));
}

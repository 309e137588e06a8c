import { finiteOrNull } from '@iresnet/core/internal';
import { reconstruct, type TableInput } from '@iresnet/pipeline';
import type { ReconstructRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { recordLines } from '../terminal/lines';
import { writeResult, type Output } from '../terminal/output';
import { tellUnconverged } from '../unconverged';
import { openRows } from './openRows';

/** Rows that went to the latent space and back, with their error in the data's own units. */
export async function reconstructRows(
  opened: Opened,
  request: ReconstructRequest,
  output: Output,
): Promise<number> {
  const { pipeline } = opened;
  const { columns } = pipeline.input as TableInput;
  const { table, numbers } = await openRows(opened, request, 'iresnet reconstruct', output);
  const rows = Math.min(request.count, table.rows);
  const width = columns.length;
  const shown = { columns, rows, values: table.values.subarray(0, rows * width) };
  const back = await reconstruct(pipeline, shown);
  const records = Array.from({ length: rows }, (_, i) => ({
    row: numbers[i]!,
    ...Object.fromEntries(columns.map((name, j) => [name, finiteOrNull(back.values[i * width + j]!)])),
    maxError: finiteOrNull(back.maxError[i]!),
    errorBound: finiteOrNull(back.errorBound[i]!),
    residual: finiteOrNull(back.residual[i]!),
    converged: back.converged[i]!,
  }));
  const names = ['row', ...columns, 'max_error', 'error_bound', 'residual', 'converged'];
  await writeResult(output, request.out, [recordLines(records, request.json ? 'jsonl' : 'csv', names)]);
  return tellUnconverged(pipeline, back.converged, 'rows', output);
}

import { IResNetError } from '@iresnet/core';
import { imputePieces, imputeRecords, type ImputedPiece } from '@iresnet/pipeline';
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { streamTable } from '../run/tableFile';
import { recordsForm, writeRecords, type Output } from '../terminal/output';
import { unusableNotes } from '../terminal/unusable';
import { tellUnconverged } from '../unconverged';
import { readBy } from './openRows';

/** Complete the rows of a file: empty cells are drawn given the others of their row. */
export async function imputeRows(
  { pipeline }: Opened,
  request: SampleRequest & { readonly like: string },
  output: Output,
): Promise<number> {
  const { like: file, count = 1, seed, temperature, out, json } = request;
  for (const flag of ['class', 'given', 'givenRows', 'workers'] as const)
    if (request[flag] !== undefined)
      throw new IResNetError('argument', 'iresnet sample', `expected --like without --${flag === 'givenRows' ? 'given-rows' : flag}, got both`); // prettier-ignore
  const form = recordsForm(out, json);
  const rows = streamTable({ file, ...readBy(pipeline), keep: 'all' }, 65_536, output);
  const notes = unusableNotes(output, 'rows', 'completed');
  const converged: boolean[] = [];
  let total = 0;
  async function* told(): AsyncGenerator<ImputedPiece> {
    for await (const piece of imputePieces(pipeline, rows, count, { seed, temperature })) {
      for (const { index, reason } of piece.copies[0]!.unusable)
        notes.add({ name: `row ${piece.first + index + 1}`, reason });
      for (const copy of piece.copies) converged.push(...copy.converged);
      total += piece.table.rows;
      yield piece;
    }
  }
  await writeRecords(output, out, form, imputeRecords(pipeline, told(), json ? 'json' : 'text'));
  notes.warn(total, 'They are written as they are.');
  return tellUnconverged(pipeline, converged, 'rows', output);
}

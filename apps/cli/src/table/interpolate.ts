import { IResNetError } from '@iresnet/core';
import { cellOf, rowFields, takeRows, type Field } from '@iresnet/datasets';
import { interpolate, type TableInput } from '@iresnet/pipeline';
import type { InterpolateRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { recordsForm, writeRecords, type Output } from '../terminal/output';
import { tellUnconverged } from '../unconverged';
import { openRows } from './openRows';

const WHERE = 'iresnet interpolate';

/** Rows on the straight lines between the latents of two rows, ends included. */
export async function interpolateRows(
  opened: Opened,
  request: InterpolateRequest,
  output: Output,
): Promise<number> {
  const { steps, classes, out, json } = request;
  if (classes !== undefined) {
    const what = 'expected --from and --to for a model of a table, got --classes';
    throw new IResNetError('argument', WHERE, what);
  }
  const form = recordsForm(out, json);
  const { pipeline } = opened;
  const { columns, kinds } = pipeline.input as TableInput;
  const { table, numbers } = await openRows(opened, request, WHERE, output);
  const positions = (chosen: readonly number[]): number[] =>
    chosen.map((number) => {
      const at = numbers.indexOf(number);
      if (at >= 0) return at;
      const some = `${Array.from(numbers.subarray(0, 5)).join(', ')}${numbers.length > 5 ? ' …' : ''}`;
      throw new IResNetError('argument', WHERE, `expected the number of a row (${some}), got ${number}`);
    });
  const from = positions(request.from ?? [numbers[0]!]);
  const to = positions(request.to ?? [numbers[1]!]);
  const ends = [takeRows(table, from), takeRows(table, to)] as const;
  const { values, converged } = await interpolate(pipeline, ...ends, steps);
  const width = columns.length;
  const records = from.flatMap((first, path) =>
    Array.from({ length: steps }, (_, step): Field[] => [
      ['from', numbers[first]!],
      ['to', numbers[to[path]!]!],
      ['t', step / (steps - 1)],
      ...rowFields(columns, (j) => cellOf(kinds?.[j], values[(path * steps + step) * width + j]!), [
        'from',
        'to',
        't',
      ]),
    ]),
  );
  await writeRecords(output, out, form, [records]);
  return tellUnconverged(pipeline, converged, 'rows', output);
}

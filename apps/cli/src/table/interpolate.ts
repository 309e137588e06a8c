import { add, concat, mul, tensor2d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { IResNetError, noGrad } from '@iresnet/core';
import { startBackend } from '../backend';
import type { InterpolateOptions } from '../commands/interpolate';
import { tableFile } from '../dataFlags';
import { recordLines } from '../lines';
import { writeResult, type Output } from '../output';
import { onHost, rowAt, tensorRows, toArrays } from '../rows';
import { openRows } from './openRows';

const WHERE = 'iresnet interpolate';

/** Rows on the straight lines between the latents of two rows, ends included. */
export async function interpolate(
  path: string,
  options: InterpolateOptions,
  output: Output,
): Promise<number> {
  const { steps } = options;
  if (options.classes !== undefined)
    throw new IResNetError(
      'argument',
      WHERE,
      'expected --from and --to for a model of a table, got --classes',
    );
  const file = tableFile(options, WHERE);
  await startBackend(options.backend);
  const { density, columns, rows, numbers } = await openRows(path, file);
  const positions = (chosen: readonly number[]): number[] =>
    chosen.map((number) => {
      const at = numbers.indexOf(number);
      if (at >= 0) return at;
      const some = `${Array.from(numbers.subarray(0, 5)).join(', ')}${numbers.length > 5 ? ' …' : ''}`;
      throw new IResNetError('argument', WHERE, `expected the number of a row (${some}), got ${number}`);
    });
  const from = positions(options.from ?? [numbers[0]!]);
  const to = positions(options.to ?? [numbers[1]!]);
  const values = noGrad(() =>
    onHost(() => {
      const encoded = (chosen: readonly number[]): Tensor =>
        density.encode(tensor2d(chosen.map((i) => rowAt(rows, i))));
      const [a, b] = [encoded(from), encoded(to)];
      const at = (t: number): Tensor => add(mul(1 - t, a), mul(t, b));
      const line = concat(Array.from({ length: steps }, (_, i) => at(i / (steps - 1))));
      return toArrays(tensorRows(density.decode(line).value as Tensor2D));
    }),
  );
  const records = from.flatMap((first, path) =>
    Array.from({ length: steps }, (_, step) => ({
      from: numbers[first]!,
      to: numbers[to[path]!]!,
      t: step / (steps - 1),
      ...Object.fromEntries(columns.map((name, j) => [name, values[step * from.length + path]![j]!])),
    })),
  );
  const names = ['from', 'to', 't', ...columns];
  await writeResult(output, options.out, [recordLines(records, options.json ? 'jsonl' : 'csv', names)]);
  return 0;
}

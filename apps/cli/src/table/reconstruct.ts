import type { Tensor2D } from '@tensorflow/tfjs-core';
import { noGrad } from '@iresnet/core';
import { startBackend } from '../backend';
import type { ReconstructOptions } from '../commands/reconstruct';
import { tableFile } from '../dataFlags';
import { recordLines } from '../lines';
import { writeResult, type Output } from '../output';
import { onHost, tensorRows, toArrays, toTensor } from '../rows';
import { openRows } from './openRows';

/** Rows that went to the latent space and back, with their error in the data's own units. */
export async function reconstruct(
  path: string,
  options: ReconstructOptions,
  output: Output,
): Promise<number> {
  const file = tableFile(options, 'iresnet reconstruct');
  await startBackend(options.backend);
  const { density, columns, rows, numbers } = await openRows(path, file);
  const count = Math.min(options.count, rows.count);
  const records = noGrad(() =>
    onHost(() => {
      const x = toTensor(rows, 0, count);
      const { value: back, errorBound, converged } = density.decode(density.encode(x));
      const originals = toArrays(tensorRows(x));
      return toArrays(tensorRows(back as Tensor2D)).map((values, i) => ({
        row: numbers[i]!,
        ...Object.fromEntries(columns.map((name, j) => [name, values[j]!])),
        maxError: Math.max(...values.map((value, j) => Math.abs(value - originals[i]![j]!))),
        errorBound: Number.isFinite(errorBound[i]) ? errorBound[i]! : null,
        converged: converged[i]!,
      }));
    }),
  );
  const names = ['row', ...columns, 'max_error', 'error_bound', 'converged'];
  await writeResult(output, options.out, [recordLines(records, options.json ? 'jsonl' : 'csv', names)]);
  return 0;
}

import { createRng } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { startBackend } from '../backend';
import type { ScoreOptions } from '../commands/score';
import { tableFile } from '../dataFlags';
import { recordLines } from '../lines';
import { writeBytes, writeResult, type Output } from '../output';
import { logLikelihood } from '../train';
import { openRows } from './openRows';

/** Write ln p of each row, nats. */
export async function score(path: string, options: ScoreOptions, output: Output): Promise<number> {
  const { format, out } = options;
  const file = tableFile(options, 'iresnet score');
  await startBackend(options.backend);
  const { density, rows, numbers } = await openRows(path, file);
  const values = logLikelihood(density, rows, createRng(options.seed));
  if (format === 'npy') {
    await writeBytes(output, out!, toNpy(values, [values.length]));
    return 0;
  }
  const records = Array.from(values, (value, i) => ({ row: numbers[i]!, logLikelihood: value }));
  if (options.rank) records.sort((a, b) => a.logLikelihood - b.logLikelihood);
  await writeResult(output, out, [recordLines(records, format)]);
  return 0;
}

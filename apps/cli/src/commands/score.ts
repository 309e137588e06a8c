import type { BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import { csvLine } from '../csv';
import { openModel } from '../model';
import { writeResult, type Output } from '../output';
import { tableRows } from '../rows';
import { readTable } from '../source';
import { logLikelihood } from '../train';

export interface ScoreOptions {
  readonly data: string;
  /** JSON lines instead of CSV. */
  readonly json: boolean;
  /** Least likely rows first. */
  readonly rank: boolean;
  readonly out?: string;
  readonly seed: number;
  readonly backend: BackendName;
}

/** Write ln p of each row of a file, nats. */
export async function score(path: string, options: ScoreOptions, output: Output): Promise<number> {
  await startBackend(options.backend);
  const { density, columns } = await openModel(path);
  const table = readTable({ kind: 'file', file: options.data, columns: [...columns] });
  const values = logLikelihood(density, tableRows(table), createRng(options.seed));
  const rows = Array.from(values, (logLikelihood, i) => ({ row: i + 1, logLikelihood }));
  if (options.rank) rows.sort((a, b) => a.logLikelihood - b.logLikelihood);
  const lines = options.json
    ? rows.map((row) => `${JSON.stringify(row)}\n`)
    : [
        csvLine(['row', 'log_likelihood']),
        ...rows.map(({ row, logLikelihood }) => csvLine([row, logLikelihood])),
      ];
  await writeResult(output, options.out, [lines.join('')]);
  return 0;
}

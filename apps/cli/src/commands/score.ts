import { useBackend, type BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { openModel } from '../model';
import { csv, writeResult, type Output } from '../output';
import { tableRows } from '../rows';
import { readTable } from '../source';
import { logLikelihood } from '../train';

export interface ScoreOptions {
  readonly data: string;
  readonly format: 'csv' | 'jsonl';
  /** Least likely rows first. */
  readonly rank: boolean;
  readonly out?: string;
  readonly seed: number;
  readonly backend: BackendName;
}

/** Write ln p of each row of a file, nats. */
export async function score(path: string, options: ScoreOptions, output: Output): Promise<number> {
  await useBackend(options.backend);
  const { density, columns } = await openModel(path);
  const table = readTable({ kind: 'file', file: options.data, columns: [...columns] });
  const values = logLikelihood(density, tableRows(table), createRng(options.seed));
  const rows = Array.from(values, (logLikelihood, i) => ({ row: i + 1, logLikelihood }));
  if (options.rank) rows.sort((a, b) => a.logLikelihood - b.logLikelihood);
  const text =
    options.format === 'csv'
      ? csv(
          ['row', 'log_likelihood'],
          rows.map(({ row, logLikelihood }) => [row, logLikelihood]),
        )
      : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeResult(output, options.out, text);
  return 0;
}

import { readConfig } from '../config';
import { join } from 'node:path';
import { useBackend, type BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { computeFigures } from '../figures';
import { openModel } from '../model';
import type { Output } from '../output';
import { references } from '../references';
import { tableRows } from '../rows';
import { openSource, readTable } from '../source';
import { estimate } from '../statistics';
import { summarize, withError } from '../summary';
import { logLikelihood } from '../train';

export interface EvalOptions {
  readonly data?: string;
  readonly seed?: number;
  readonly json: boolean;
  readonly backend: BackendName;
}

/** Judge a model again: on the held-out rows of its run, or on every row of another file. */
export async function evaluate(path: string, options: EvalOptions, output: Output): Promise<number> {
  await useBackend(options.backend);
  const { density, columns } = await openModel(path);
  if (options.data !== undefined) {
    const table = readTable({ kind: 'file', file: options.data, columns: [...columns] });
    const value = estimate(logLikelihood(density, tableRows(table), createRng(options.seed ?? 0)));
    output.data(
      options.json
        ? `${JSON.stringify({ rows: table.rows, logLikelihood: value })}\n`
        : `log-likelihood  ${withError(value)} nats (${table.rows} rows)\n`,
    );
    return 0;
  }
  const config = readConfig(join(path, 'config.json'));
  const rng = createRng(config.seed);
  const source = openSource(config, rng.split('data'));
  const figures = computeFigures(density, source, references(source), rng.split('figures'));
  output.data(options.json ? `${JSON.stringify(figures)}\n` : `${summarize(figures)}\n`);
  return 0;
}

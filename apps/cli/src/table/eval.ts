import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import type { EvalOptions } from '../commands/eval';
import { tableFile } from '../dataFlags';
import { computeFigures } from '../figures';
import { openModel } from '../model';
import type { Output } from '../output';
import { references } from '../references';
import { tableRows } from '../rows';
import { openRun } from '../run';
import { readTable } from '../source';
import { estimate } from '../statistics';
import { summarize, withError } from '../summary';
import { logLikelihood } from '../train';

/** Judge a model again: on the held-out rows of its run, or on every row of another file. */
export async function evaluate(path: string, options: EvalOptions, output: Output): Promise<number> {
  const file = tableFile(options, 'iresnet eval');
  await startBackend(options.backend);
  await output.data(file === undefined ? await onHeldOut(path, options) : await onFile(path, file, options));
  return 0;
}

async function onHeldOut(path: string, { seed, json }: EvalOptions): Promise<string> {
  const { config, source, density } = await openRun(path);
  const rng = createRng(seed ?? config.seed).split('figures');
  const figures = computeFigures(density, source, references(source), rng);
  return json ? `${JSON.stringify(figures)}\n` : `${summarize(figures)}\n`;
}

async function onFile(path: string, file: string, { seed, json }: EvalOptions): Promise<string> {
  const { density, columns } = await openModel(path);
  const table = readTable({ kind: 'file', file, columns: [...columns] });
  const value = estimate(logLikelihood(density, tableRows(table), createRng(seed ?? 0)));
  return json
    ? `${JSON.stringify({ rows: table.rows, logLikelihood: value })}\n`
    : `log-likelihood  ${withError(value)} nats a row (${table.rows} rows)\n`;
}

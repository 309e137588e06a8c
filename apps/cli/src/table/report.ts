import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import type { ReportOptions } from '../commands/report';
import { computeFigures } from '../figures';
import type { Output } from '../output';
import { references } from '../references';
import { openRun, readInfo } from '../run';
import { writeReport } from '../writeReport';

/** Draw the report of a run on a table again, from its configuration, metrics and model; returns its path. */
export async function drawReport(dir: string, { backend }: ReportOptions, output: Output): Promise<string> {
  await startBackend(backend);
  const run = await openRun(dir);
  const info = readInfo(dir);
  output.log('judging on held-out rows, inverting, drawing …');
  const rng = createRng(run.config.seed).split('figures');
  const figures = computeFigures(run.model, run.source, references(run.source), rng);
  return writeReport(dir, { ...run, figures, info });
}

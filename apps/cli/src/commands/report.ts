import type { BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import { computeFigures } from '../figures';
import type { Output } from '../output';
import { references } from '../references';
import { openRun, readInfo } from '../run';
import { writeReport } from '../writeReport';

/** Draw the report of a run folder again, from its configuration, metrics and model. */
export async function report(
  dir: string,
  options: { backend: BackendName },
  output: Output,
): Promise<number> {
  await startBackend(options.backend);
  const run = await openRun(dir);
  const info = readInfo(dir);
  output.log('judging on held-out rows, inverting, drawing …');
  const rng = createRng(run.config.seed).split('figures');
  const figures = computeFigures(run.density, run.source, references(run.source), rng);
  await output.data(`${await writeReport(dir, { ...run, figures, info })}\n`);
  return 0;
}

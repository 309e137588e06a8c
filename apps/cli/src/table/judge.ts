import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng } from '@iresnet/core';
import {
  references,
  tableFigures,
  type Pipeline,
  type TableFigures,
  type TableSource,
} from '@iresnet/pipeline';
import { renderReport } from '@iresnet/report';
import type { ModelRequest } from '../requests/judge';
import type { RunConfig } from '../run/config';
import type { Opened } from '../run/dispatch';
import { readInfo, type RunInfo } from '../run/info';
import { openRun } from '../run/openRun';
import type { Output } from '../terminal/output';
import { tableReport } from './report';
import { summarize } from './summary';

/** Judge a model of a table on what its run held out, and write `report.html` into the folder of the run. */
export async function judgeTable(
  pipeline: Pipeline,
  source: TableSource,
  run: { readonly dir: string; readonly config: RunConfig; readonly info: RunInfo },
  output: Output,
): Promise<{ readonly figures: TableFigures; readonly summary: string }> {
  output.log('judging on held-out rows, inverting, drawing …');
  const rng = createRng(run.config.seed).split('figures');
  const figures = await tableFigures(pipeline, source, references(source), rng);
  const data = await tableReport({ ...run, source, pipeline, figures });
  await writeFileAtomic(join(run.dir, 'report.html'), renderReport(data));
  return { figures, summary: summarize(figures) };
}

/** Draw the report of a run on a table again, from its configuration, metrics and model, and print its path. */
export async function drawReport(
  { path, pipeline }: Opened,
  { json }: ModelRequest,
  output: Output,
): Promise<number> {
  const { config, source } = await openRun<TableSource>(path, pipeline, output);
  const run = { dir: path, config, info: readInfo(path) };
  await judgeTable(pipeline, source, run, output);
  const report = join(path, 'report.html');
  await output.data(`${json ? JSON.stringify({ report }) : report}\n`);
  return 0;
}

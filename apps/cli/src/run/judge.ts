import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng } from '@iresnet/core';
import type { ImageSet } from '@iresnet/datasets';
import {
  imageFigures,
  references,
  tableFigures,
  type ImageSource,
  type Pipeline,
  type TableSource,
} from '@iresnet/pipeline';
import {
  imageReport,
  imageSummary,
  tableReport,
  tableSummary,
  type RunConfig,
  type RunInfo,
  type SummaryLine,
} from '@iresnet/pipeline/run';
import { renderImageReport, renderReport } from '@iresnet/report';
import type { ModelRequest } from '../requests/judge';
import type { Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import type { Opened } from './dispatch';
import { files, readInfo, readMetrics } from './files';
import { openRun } from './openRun';

/** A run that is over. */
export interface EndedRun {
  readonly dir: string;
  readonly config: RunConfig;
  readonly info: RunInfo;
}

/** What came out when a model was judged. */
export interface Judged {
  /** What `results.json` holds. */
  readonly figures: object;
  readonly summary: readonly SummaryLine[];
}

/** Judge a model on what its run held out, and write `report.html` into the folder of the run. */
export async function judge(
  pipeline: Pipeline,
  source: TableSource | ImageSource,
  run: EndedRun,
  output: Output,
): Promise<Judged> {
  const { page, ...judged } = await ('truth' in source
    ? judgeTable(pipeline, source, run, output)
    : judgeImages(pipeline, source as ImageSource, run, output));
  await writeFileAtomic(join(run.dir, files.report), page);
  return judged;
}

async function judgeTable(pipeline: Pipeline, source: TableSource, run: EndedRun, output: Output) {
  output.log('judging on held-out rows, inverting, drawing …');
  const rng = createRng(run.config.seed).split('figures');
  const figures = await tableFigures(pipeline, source, references(source), rng);
  const data = await tableReport({ ...run, metrics: readMetrics(run.dir), source, pipeline, figures });
  return { figures, summary: tableSummary(figures), page: renderReport(data) };
}

async function judgeImages(pipeline: Pipeline, source: ImageSource, run: EndedRun, output: Output) {
  const heldOut = source.heldOut.data as ImageSet;
  output.log(`judging on ${heldOut.count} held-out images, inverting, drawing …`);
  const { figures, scores } = await imageFigures(pipeline, heldOut, {
    training: source.training.data as ImageSet,
    trainingImages: source.training.count,
    onProgress: countProgress(output, 'judging', heldOut.count),
  });
  const metrics = readMetrics(run.dir);
  const data = await imageReport({ ...run, metrics, source, pipeline, figures, scores });
  return { figures, summary: imageSummary(figures), page: renderImageReport(data) };
}

/** Draw the report of a run again, from its configuration, metrics and model, and print its path. */
export async function drawReport(
  { path, pipeline }: Opened,
  { json }: ModelRequest,
  output: Output,
): Promise<number> {
  const { config, source } = await openRun(path, pipeline, output);
  await judge(pipeline, source, { dir: path, config, info: readInfo(path) }, output);
  const report = join(path, files.report);
  await output.data(`${json ? JSON.stringify({ report }) : report}\n`);
  return 0;
}

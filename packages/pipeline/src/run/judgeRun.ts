import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import type { ImageSet } from '@iresnet/datasets';
import type * as Report from '@iresnet/report';
import { imageFigures } from '../figures/imageFigures';
import { references } from '../figures/references';
import { tableFigures } from '../figures/tableFigures';
import type { Pipeline } from '../pipeline';
import type { RunRecord } from '../report/head';
import { imageReport } from '../report/imageReport';
import { imageSummary } from '../report/imageSummary';
import { tableReport } from '../report/tableReport';
import { tableSummary, type SummaryLine } from '../report/tableSummary';
import type { ImageSource, TableSource } from '../source/source';
import { runFileNames } from './fileNames';
import type { OpenedRun } from './openRun';
import { readRunInfo, readRunMetrics } from './readRun';

/** What came out when a run was judged. */
export interface JudgedRun {
  /** `TableFigures` or `ImageFigures`; what `results.json` holds. */
  readonly figures: object;
  /** The same in a few lines for a person. */
  readonly summary: readonly SummaryLine[];
}

/** Options of {@link judgeRun}. */
export interface JudgeRunOptions {
  /**
   * Called before the first example is judged, with 0 and their number, and then with how many
   * images are done; rows are judged at once.
   */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Judge the model of a run on the examples that it held out, and write `report.html` into its
 * folder.
 *
 * @param run - Of `openRun`, a run that has ended. The program has `@iresnet/report` installed,
 * which draws the page.
 * @returns The figures, the same ones each time.
 * @throws IResNetError of kind `data` when `run.json` or `metrics.jsonl` is missing or corrupt, or
 * the page cannot be written.
 *
 * @example
 * ```ts
 * import { existsSync } from 'node:fs';
 * import { judgeRun, openRun } from '@iresnet/pipeline/run/node';
 *
 * const dir = 'runs/007-faithful';
 * if (existsSync(dir)) console.log((await judgeRun(await openRun(dir))).summary[0]); // and dir/report.html
 * ```
 */
export async function judgeRun(
  { dir, config, source, pipeline }: OpenedRun,
  options: JudgeRunOptions = {},
): Promise<JudgedRun> {
  checkOptions('pipeline.judgeRun', options, { onProgress: true });
  const record = { config, info: readRunInfo(dir), metrics: readRunMetrics(dir) };
  const draw = await import('@iresnet/report');
  const { count } = source.heldOut;
  options.onProgress?.(0, count);
  const onProgress = (done: number): void => options.onProgress?.(done, count);
  const { page, ...judged } = await ('truth' in source
    ? judgeTable(record, source, pipeline, draw)
    : judgeImages(record, source, pipeline, draw, onProgress));
  await writeFileAtomic(join(dir, runFileNames.report), page);
  return judged;
}

type Draw = typeof Report;

async function judgeTable(
  record: RunRecord,
  source: TableSource,
  pipeline: Pipeline,
  { renderReport }: Draw,
) {
  const rng = createRng(record.config.seed).split('figures');
  const figures = await tableFigures(pipeline, source, references(source), rng);
  const data = await tableReport({ ...record, source, pipeline, figures });
  return { figures, summary: tableSummary(figures), page: renderReport(data) };
}

async function judgeImages(
  record: RunRecord,
  source: ImageSource,
  pipeline: Pipeline,
  { renderImageReport }: Draw,
  onProgress: (done: number) => void,
) {
  const { figures, scores } = await imageFigures(pipeline, source.heldOut.data as ImageSet, {
    training: source.training.data as ImageSet,
    trainingImages: source.training.count,
    onProgress,
  });
  const data = await imageReport({ ...record, source, pipeline, figures, scores });
  return { figures, summary: imageSummary(figures), page: renderImageReport(data) };
}

import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import type { ImageSet } from '@iresnet/datasets';
import { imageFigures, type ImageFigures, type ImageSource, type Pipeline } from '@iresnet/pipeline';
import { renderImageReport } from '@iresnet/report';
import type { ModelRequest } from '../requests/judge';
import type { RunConfig } from '../run/config';
import type { Opened } from '../run/dispatch';
import { readInfo, type RunInfo } from '../run/info';
import { openRun } from '../run/openRun';
import type { Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { imageReport } from './report';
import { summarizeImages } from './summary';

/** Judge a model of images on what its run held out, and write `report.html` into the folder of the run. */
export async function judgeImages(
  pipeline: Pipeline,
  source: ImageSource,
  run: { readonly dir: string; readonly config: RunConfig; readonly info: RunInfo },
  output: Output,
): Promise<{ readonly figures: ImageFigures; readonly summary: string }> {
  const heldOut = source.heldOut.data as ImageSet;
  output.log(`judging on ${heldOut.count} held-out images, inverting, drawing …`);
  const { figures, scores } = await imageFigures(pipeline, heldOut, {
    trainingImages: source.training.count,
    onProgress: countProgress(output, 'judging', heldOut.count),
  });
  const data = await imageReport({ ...run, source, pipeline, figures, scores });
  await writeFileAtomic(join(run.dir, 'report.html'), renderImageReport(data));
  return { figures, summary: summarizeImages(figures) };
}

/** Draw the report of a run on images again, from its configuration, metrics and model, and print its path. */
export async function drawReport(
  { path, pipeline }: Opened,
  { json }: ModelRequest,
  output: Output,
): Promise<number> {
  const { config, source } = await openRun<ImageSource>(path, pipeline, output);
  const run = { dir: path, config, info: readInfo(path) };
  await judgeImages(pipeline, source, run, output);
  const report = join(path, 'report.html');
  await output.data(`${json ? JSON.stringify({ report }) : report}\n`);
  return 0;
}

import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import type { ReportOptions } from '../commands/report';
import type { Output } from '../output';
import { countProgress } from '../progress';
import { readInfo } from '../run';
import { imageFigures } from './figures';
import { forJudging, openImageModel } from './model';
import { openImageRun } from './openRun';
import { writeImageReport } from './writeReport';

/** Draw the report of a run on images again, from its configuration, metrics and model; returns its path. */
export async function drawImageReport(
  dir: string,
  { backend }: ReportOptions,
  output: Output,
): Promise<string> {
  await startBackend(backend);
  const saved = await openImageModel(dir);
  const { config, source } = await openImageRun(dir, saved, output);
  const info = readInfo(dir);
  const { heldOut, train } = source;
  output.log(`judging on ${heldOut.count} held-out images, inverting, drawing …`);
  const model = forJudging(saved.model);
  const { figures, judgement } = imageFigures(
    model,
    { heldOut, trainingImages: train.count },
    config.task,
    createRng(config.seed).split('figures'),
    countProgress(output, 'judging', heldOut.count),
  );
  return writeImageReport(dir, { config, source, model, figures, judgement, info });
}

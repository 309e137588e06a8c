import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import type { EvalOptions } from '../commands/eval';
import type { Output } from '../output';
import { countProgress } from '../progress';
import { imageFigures, type ImageFigures } from './figures';
import { forJudging, openImageModel, type SavedImageModel } from './model';
import { openImageRun } from './openRun';
import { openPictures } from './pictures';
import { summarizeImages } from './summary';

/** Judge a model again: on the held-out images of its run, or on others. */
export async function evaluateImages(path: string, options: EvalOptions, output: Output): Promise<number> {
  await startBackend(options.backend);
  const saved = await openImageModel(path);
  const others = options.data !== undefined || options.dataset !== undefined;
  const figures = others
    ? await onOthers(path, saved, options, output)
    : await onHeldOut(path, saved, options, output);
  await output.data(options.json ? `${JSON.stringify(figures)}\n` : `${summarizeImages(figures)}\n`);
  return 0;
}

async function onHeldOut(
  path: string,
  saved: SavedImageModel,
  { seed }: EvalOptions,
  output: Output,
): Promise<ImageFigures> {
  const { config, source } = await openImageRun(path, saved, output);
  const { heldOut, train } = source;
  const { figures } = imageFigures(
    forJudging(saved.model),
    { heldOut, trainingImages: train.count },
    config.task,
    createRng(seed ?? config.seed).split('figures'),
    countProgress(output, 'judging', heldOut.count),
  );
  return figures;
}

/** Other images than those of the run have no part that was trained on; without classes there is no accuracy. */
async function onOthers(
  path: string,
  saved: SavedImageModel,
  options: EvalOptions,
  output: Output,
): Promise<ImageFigures> {
  const { set, labelled } = await openPictures(path, saved, options, output);
  const { figures } = imageFigures(
    forJudging(saved.model),
    { heldOut: set, trainingImages: 0 },
    saved.task,
    createRng(options.seed ?? 0).split('figures'),
    countProgress(output, 'judging', set.count),
  );
  return labelled ? figures : { ...figures, accuracy: null, confusion: null };
}

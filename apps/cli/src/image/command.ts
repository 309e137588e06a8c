import { join } from 'node:path';
import type { BackendReport } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import type { IResNet } from '@iresnet/model';
import type { Output } from '../output';
import { createRunFolder } from '../runFolder';
import { begin, rewindMetrics, runSession, writeJson, type TrainOptions } from '../session';
import { readState, type RunState } from '../state';
import { readImageConfig, type ImageData, type ImageKind, type ImageRunConfig } from './config';
import { imageFigures } from './figures';
import { forJudging, writeImageModel } from './model';
import { lossUnits, validationUnits } from './objective';
import { reproduceImages } from './reproduce';
import { kindOf, loadImages, openImages, type ImageSource, type LoadedImages } from './source';
import { summarizeImages } from './summary';
import { trainImages } from './train';
import { writeImageReport } from './writeReport';

/**
 * Train a model of images and leave a run folder below `out`, with the same files as a run on a table.
 *
 * @returns The exit code.
 */
export async function trainOnImages(
  { data, configure }: { data: ImageData; configure: (images: ImageKind) => ImageRunConfig },
  out: string,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const backend = await begin(options, output);
  const loaded = await loadImages(data, output);
  const config = configure(kindOf(loaded));
  const source = openSource(loaded, config);
  const dir = createRunFolder(out, `${loaded.title}-${config.task}`);
  await writeJson(dir, 'config.json', config);
  return sit({ dir, config, source, from: null }, backend, options, output);
}

/** Go on with an interrupted run, as if it had never stopped. */
export async function resumeImages(dir: string, options: TrainOptions, output: Output): Promise<number> {
  const config = readImageConfig(join(dir, 'config.json'), 'data');
  const from = await readState(dir, config);
  const backend = await begin(options, output);
  const source = openSource(await loadImages(config.data, output), config);
  await rewindMetrics(dir, from);
  return sit({ dir, config, source, from }, backend, options, output);
}

/** The parts of a set, from the seed of a run. */
export function openSource(loaded: LoadedImages, config: ImageRunConfig): ImageSource {
  return openImages(loaded, config, createRng(config.seed).split('data'));
}

async function sit(
  {
    dir,
    config,
    source,
    from,
  }: { dir: string; config: ImageRunConfig; source: ImageSource; from: RunState | null },
  backend: BackendReport,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const { title, classes, train, heldOut } = source;
  const { levels } = train;
  const { task } = config;
  output.log(
    `${title}: ${train.count} training images of ${train.shape.join('×')}, ${heldOut.count} held out, ${classes.length} classes`,
  );
  return runSession<IResNet>(
    {
      dir,
      config,
      command: reproduceImages(config),
      unit: lossUnits[task],
      validationUnit: validationUnits[task],
      from,
      train: (hooks) => trainImages(config, source, hooks),
      save: (folder, model) => writeImageModel(folder, { model, task, title, levels, classes }),
      async finish(trained, info) {
        output.log(`judging on ${heldOut.count} held-out images, inverting, drawing …`);
        const model = forJudging(trained);
        const rng = createRng(config.seed).split('figures');
        const sets = { heldOut, trainingImages: train.count };
        const { figures, judgement } = imageFigures(model, sets, task, rng);
        await writeImageReport(dir, { config, source, model, figures, judgement, info });
        return { figures, summary: summarizeImages(figures) };
      },
    },
    backend,
    options,
    output,
  );
}

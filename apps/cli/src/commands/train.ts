import { join } from 'node:path';
import type { BackendReport } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { readConfig, type RunConfig } from '../config';
import { computeFigures } from '../figures';
import { isImageConfig } from '../image/config';
import { resumeImages } from '../image/command';
import { writeModel, type TableModel } from '../model';
import type { Output } from '../output';
import { parseJson, readText } from '../readText';
import { references } from '../references';
import { reproduce } from '../reproduce';
import { createRunFolder } from '../runFolder';
import { begin, rewindMetrics, runSession, writeJson, type TrainOptions } from '../session';
import { openSource, type Source } from '../source';
import { readState, type RunState } from '../state';
import { summarize } from '../summary';
import { trainTable } from '../train';
import { writeReport } from '../writeReport';

/**
 * Train a density of rows and leave a run folder below `out`: `config.json`, `run.json`, `metrics.jsonl`, `model/`, `best/`,
 * `results.json`, `report.html`; and `state/` as long as it is not finished.
 *
 * @returns The exit code.
 */
export async function train(
  config: RunConfig,
  out: string,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const backend = await begin(options, output);
  const source = await openSource(config, createRng(config.seed).split('data'));
  const compared = references(source); // Rows without a density are refused before anything is written.
  const dir = createRunFolder(out, source.title);
  await writeJson(dir, 'config.json', config);
  return sit({ dir, config, source, from: null }, compared, backend, options, output);
}

/** Go on with an interrupted run, as if it had never stopped. */
export async function resume(dir: string, options: TrainOptions, output: Output): Promise<number> {
  const file = join(dir, 'config.json');
  if (isImageConfig(parseJson(readText(file, 'a configuration file'), file)))
    return resumeImages(dir, options, output);
  const config = readConfig(file, 'data');
  const from = await readState(dir, config);
  const backend = await begin(options, output);
  const source = await openSource(config, createRng(config.seed).split('data'));
  await rewindMetrics(dir, from);
  return sit({ dir, config, source, from }, references(source), backend, options, output);
}

/** A run that is about to be trained: new, or one to go on with. */
interface Sitting {
  readonly dir: string;
  readonly config: RunConfig;
  readonly source: Source;
  readonly from: RunState | null;
}

async function sit(
  { dir, config, source, from }: Sitting,
  compared: ReturnType<typeof references>,
  backend: BackendReport,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const { training, heldOut, columns } = source;
  output.log(
    `${source.title}: ${training.count} training rows, ${heldOut.count} held out, ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`,
  );
  return runSession<TableModel>(
    {
      dir,
      config,
      command: reproduce(config),
      unit: 'nats',
      validationUnit: 'nats',
      from,
      train: (hooks) => trainTable(config, source, hooks),
      save: (folder, model) => writeModel(folder, { ...model, columns }),
      async finish(model, info) {
        output.log('judging on held-out rows, inverting, drawing …');
        const figures = computeFigures(model, source, compared, createRng(config.seed).split('figures'));
        await writeReport(dir, { config, source, model, figures, info });
        return { figures, summary: summarize(figures) };
      },
    },
    backend,
    options,
    output,
  );
}

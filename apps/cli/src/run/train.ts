import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendReport } from '@iresnet/backend';
import { tableRemarks } from '@iresnet/datasets';
import { spool } from '@iresnet/datasets/node';
import {
  calibrate,
  describeTransforms,
  lossUnit,
  train as trainPipeline,
  type ImageSource,
  type TableSource,
} from '@iresnet/pipeline';
import { saveModel } from '@iresnet/pipeline/node';
import {
  describeFarValues,
  describeSettings,
  describeSource,
  parseRunConfig,
  recipeOf,
  type DataConfig,
  type RunConfig,
} from '@iresnet/pipeline/run';
import type { GradientPool } from '@iresnet/training';
import type { TrainRequest } from '../requests/train';
import type { Output } from '../terminal/output';
import { racedConfig } from './budget';
import { files, readRaw } from './files';
import { judge } from './judge';
import { lockRun } from './lock';
import { reproduce } from './reproduce';
import { createRunFolder } from './runFolder';
import { begin, rewindMetrics, runSession, writeJson, type TrainOptions } from './session';
import { printableText } from '../terminal/printable';
import { loadData, sourceOf, type LoadedData } from './source';
import { readState, type RunState } from './state';
import { trainThreads } from './threads';

/**
 * Train a model and leave a run folder below `out`: `config.json`, `run.json`, `metrics.jsonl`, `model/`,
 * `best/`, `results.json`, `report.html`; and `state/` as long as it is not finished.
 *
 * @returns The exit code.
 */
export async function train(
  { data, left, configure, budget }: TrainRequest,
  out: string,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const backend = await begin(options, output);
  const loaded = await loadData(await readable(data, out, output), output, left);
  remark(loaded, data, output);
  const given = configure(loaded);
  return withThreads(options, given, output, async (workers) => {
    const config =
      budget && loaded.kind !== 'images' ? await racedConfig(given, loaded, budget, workers, output) : given;
    const source = sourceOf(loaded, config);
    const { title } = source.input;
    const dir = createRunFolder(out, source.input.kind === 'images' ? `${title}-${config.task}` : title);
    const unlock = await lockRun(dir);
    try {
      await writeJson(dir, files.config, config);
      if (config.data.kind === 'file' && config.data.schema)
        await writeJson(dir, files.schema, config.data.schema);
      const run = { dir, config, identity: config, source, from: null, workers };
      return await sit(run, backend, options, output);
    } finally {
      await unlock();
    }
  });
}

/** Data that can be read more than once: what comes from a pipe, or from `-`, is kept beside the runs. */
async function readable(data: DataConfig, out: string, output: Output): Promise<DataConfig> {
  if (data.kind !== 'file') return data;
  const file = data.file === '-' ? '/dev/stdin' : data.file;
  if (file === data.file && !statSync(file, { throwIfNoEntry: false })?.isFIFO()) return data;
  await mkdir(out, { recursive: true });
  const kept = join(out, `piped-${randomUUID().slice(0, 8)}`);
  await spool(file, kept);
  output.log(`${data.file}: kept as ${kept}`);
  return { ...data, file: kept };
}

/** Go on with an interrupted run, as if it had never stopped. */
export async function resume(dir: string, options: TrainOptions, output: Output): Promise<number> {
  const file = join(dir, files.config);
  const identity = readRaw(file);
  const config = parseRunConfig(identity, file, 'data');
  const unlock = await lockRun(dir);
  try {
    const from = await readState(dir, identity);
    const backend = await begin(options, output);
    const source = sourceOf(await loadData(config.data, output), config);
    await rewindMetrics(dir, from.step);
    return await withThreads(options, config, output, (workers) =>
      sit({ dir, config, identity, source, from, workers }, backend, options, output),
    );
  } finally {
    await unlock();
  }
}

/** Train with the threads that a flag asks for. */
async function withThreads<T>(
  { workers }: TrainOptions,
  { accumulate, batchSize }: RunConfig,
  output: Output,
  work: (workers: GradientPool | undefined) => Promise<T>,
): Promise<T> {
  const threads = trainThreads(workers, accumulate);
  if (workers !== 1 && accumulate === 1) {
    const cut = `--accumulate 2 --batch-size ${Math.ceil(batchSize / 2)}`;
    output.log(`a step has one batch, so other threads have nothing to do; ${cut} cuts it`);
  }
  try {
    return await work(threads?.pool);
  } finally {
    await threads?.close();
  }
}

/** A run that is about to be trained: new, or one to go on with. */
interface Sitting {
  readonly dir: string;
  readonly config: RunConfig;
  /** What a saved state belongs to: the JSON of `config.json`. */
  readonly identity: object;
  readonly source: TableSource | ImageSource;
  readonly from: RunState | null;
  /** Threads that train with this one. */
  readonly workers: GradientPool | undefined;
}

function sit(
  { dir, config, identity, source, from, workers }: Sitting,
  backend: BackendReport,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  tell(source, config, output);
  return runSession(
    {
      dir,
      config,
      identity,
      command: reproduce(config),
      unit: lossUnit(config.task, source.input),
      from,
      async train({ callbacks, signal, resume: state, log, keepBest }) {
        const { pipeline, result } = await trainPipeline(source, recipeOf(config), {
          callbacks,
          signal,
          ...(workers && { workers }),
          ...(state && { resume: state }),
          onValidated: (step, figures) => log({ event: 'judged', step, ...figures }),
          keepBest,
        });
        if (!('truth' in source)) return { pipeline, result };
        return { pipeline: await calibrate(pipeline, source), result };
      },
      save: saveModel,
      finish: (pipeline, info) => judge(pipeline, source, { dir, config, info }, output),
    },
    backend,
    options,
    output,
  );
}

/** What is about to be done with some data. */
function tell(source: TableSource | ImageSource, config: RunConfig, output: Output): void {
  output.log(describeSource(source));
  output.log(`${describeSettings(source, config)} (each has a flag)`);
  if (!('truth' in source)) return;
  const transforms = describeTransforms(source.input);
  if (transforms.length > 0) output.log(`transformed columns: ${transforms.join(', ')}`);
  // A slip in the data is known before it is trained on.
  for (const line of describeFarValues(source)) output.warn(line);
}

/**
 * Print what `train` would make of a table: its rows, what its columns hold, what stands out in the values, and the
 * settings of the run. Nothing is trained, and nothing is written.
 *
 * @returns The exit code.
 */
export async function check({ data, left, configure }: TrainRequest, output: Output): Promise<number> {
  const lines: string[] = [];
  const told: Output = {
    ...output,
    log: (text) => void lines.push(text),
    warn: (text) => void lines.push(`warning: ${text}`),
  };
  try {
    const loaded = await loadData(data, told, left);
    remark(loaded, data, told);
    const config = configure(loaded);
    tell(sourceOf(loaded, config), config, told);
  } finally {
    // What was found before a refusal helps to mend it.
    await output.data(printableText(lines.map((line) => `${line}\n`).join('')));
  }
  return 0;
}

function remark(loaded: LoadedData, data: DataConfig, output: Output): void {
  if (loaded.kind !== 'table' || data.kind !== 'file') return;
  for (const { text } of tableRemarks(loaded.table)) output.log(`${data.file}: ${text}`);
}

import type { BackendReport } from '@iresnet/backend';
import { listed, quoted } from '@iresnet/core/internal';
import { IResNetError } from '@iresnet/core';
import { tableRemarks } from '@iresnet/datasets';
import { spooled } from '@iresnet/datasets/node';
import { openModel, recipeWithin } from '@iresnet/pipeline';
import { recipeOf, runConfig, type DataConfig, type RunConfig } from '@iresnet/pipeline/run';
import {
  readRunFigures,
  resumeRun,
  sourceOf,
  startRun,
  type LoadedData,
  type LoadedTable,
  type RunSource,
  type TrainingRun,
} from '@iresnet/pipeline/run/node';
import type { GradientPool } from '@iresnet/training';
import type { Budget, TrainRequest } from '../requests/train';
import type { Output } from '../terminal/output';
import { printableText } from '../terminal/printable';
import { startBackend } from './backend';
import { openData, surveyed } from './data';
import { runSession, tell, tellFigures, type TrainOptions } from './session';
import { trainThreads } from './threads';

/**
 * Train a model and leave a run folder below `out`: `config.json`, `run.json`, `metrics.jsonl`,
 * `model/`, `best/`, `results.json`, `report.html`; and `state/` as long as it is not finished.
 *
 * @param from - A run with whose model it begins.
 * @returns The exit code.
 */
export async function train(
  { data, left, configure, budget }: TrainRequest,
  out: string,
  options: TrainOptions,
  output: Output,
  from?: string,
): Promise<number> {
  const backend = await begin(options, output);
  const start = from === undefined ? undefined : { dir: from, model: await openModel(from) };
  const loaded = await openData(await surveyed(await readable(data, out, output), left, output), output);
  remark(loaded, data, output);
  const given = configure(loaded);
  return withThreads(options, given, output, async (workers) => {
    const config =
      budget && loaded.kind !== 'images'
        ? await racedConfig(given, loaded, left.exclude, budget, workers, output)
        : given;
    const source = sourceWithout(loaded, config, left.exclude);
    const run = await startRun(out, config, { source: () => source }).catch((error: unknown) => {
      throw error instanceof IResNetError && error.where === out ? ofOut(error) : error;
    });
    return closing(run, () => runSession(run, { backend, workers, start }, options, output));
  });
}

/** The source of a run. A column without variety is refused with the flag that leaves it out. */
function sourceWithout(loaded: LoadedData, config: RunConfig, left: readonly string[] = []): RunSource {
  try {
    return sourceOf(loaded, config);
  } catch (error) {
    if (!(error instanceof IResNetError) || config.data.kind !== 'file') throw error;
    const { constant } = error.context as { readonly constant?: readonly string[] };
    if (!constant) throw error;
    const what = `${error.message.slice(error.where.length + 2)}; give --exclude ${quoted(listed([...left, ...constant]))}`;
    throw new IResNetError(error.kind, error.where, what, error.context, { cause: error });
  }
}

/** The configuration whose recipe does best within a time. */
async function racedConfig(
  config: RunConfig,
  loaded: LoadedTable,
  excluded: readonly string[] | undefined,
  budget: Budget,
  workers: GradientPool | undefined,
  output: Output,
): Promise<RunConfig> {
  const { data } = config;
  const { name, recipe } = await recipeWithin(
    (tried) => sourceWithout(loaded, runConfig(data, tried), excluded),
    recipeOf(config),
    {
      ...budget,
      ...(workers && { workers }),
      onTried: ({ name, loss, steps }) =>
        output.log(`tried ${name}: ${loss.toFixed(3)} nats on the validation part after ${steps} steps`),
    },
  );
  output.log(`${name} is trained for ${recipe.steps} steps`);
  return runConfig(data, recipe);
}

/** An error about the folder of the runs, which names the flag. */
function ofOut({ kind, where, message, context }: IResNetError): IResNetError {
  return new IResNetError(kind, `--out ${where}`, message.slice(where.length + 2), context);
}

/** Data that can be read more than once: what comes from a pipe is kept beside the runs. */
async function readable(data: DataConfig, out: string, output: Output): Promise<DataConfig> {
  if (data.kind !== 'file') return data;
  const file = await spooled(data.file, out);
  if (file !== data.file) output.log(`${data.file}: kept as ${file}`);
  return { ...data, file };
}

/**
 * Go on with an interrupted run, as if it had never stopped. Of one that is finished it prints the
 * figures again: whoever was told to resume until it ends need not know when it did.
 */
export async function resume(dir: string, options: TrainOptions, output: Output): Promise<number> {
  let backend!: BackendReport;
  const run = await resumeRun(dir, {
    async source(config) {
      backend = await begin(options, output);
      return sourceOf(await openData(config.data, output), config);
    },
  }).catch((error: unknown) => {
    if (error instanceof IResNetError && error.context['finished'] === true) return null;
    throw error;
  });
  if (run === null) {
    output.log(`${dir}: finished before; nothing is trained`);
    await tellFigures(dir, readRunFigures(dir), options.json, output);
    return 0;
  }
  return closing(run, () =>
    withThreads(options, run.config, output, (workers) =>
      runSession(run, { backend, workers }, options, output),
    ),
  );
}

/** Start the backend of a run. */
async function begin({ backend, threads }: TrainOptions, output: Output): Promise<BackendReport> {
  const report = await startBackend(backend, threads);
  output.log(`backend ${report.name}: ${report.reason}`);
  return report;
}

/** Do something with a run, and close it. */
async function closing<T>(run: TrainingRun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await run.close();
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

/**
 * Print what `train` would make of a table: its rows, what its columns hold, what stands out in the
 * values, and the settings of the run. Nothing is trained, and nothing is written.
 *
 * Of a table that `train` would refuse for gaps it says all of that without the rows that have
 * them, and then refuses it too.
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
  const tellOf = async (data: DataConfig, left: TrainRequest['left']): Promise<void> => {
    const loaded = await openData(await surveyed(data, left, told), told);
    remark(loaded, data, told);
    const config = configure(loaded);
    tell(sourceWithout(loaded, config, left.exclude), config, told);
  };
  try {
    await tellOf(data, left).catch(async (refused: unknown) => {
      if (data.kind === 'file' && hasGaps(refused)) {
        lines.length = 0; // all of it is told again
        await tellOf({ ...data, missing: 'drop' }, { ...left, missing: 'drop' }).catch(() => undefined);
      }
      throw refused;
    });
  } finally {
    // What was found before a refusal helps to mend it.
    await output.data(printableText(lines.map((line) => `${line}\n`).join('')));
  }
  return 0;
}

/** Whether rows without a value are what a table was refused for. */
function hasGaps(error: unknown): boolean {
  return error instanceof IResNetError && error.context['incomplete'] !== undefined;
}

function remark(loaded: LoadedData, data: DataConfig, output: Output): void {
  if (loaded.kind !== 'table' || data.kind !== 'file') return;
  for (const { text } of tableRemarks(loaded.table)) output.log(`${data.file}: ${text}`);
}

import { join } from 'node:path';
import type { BackendName, BackendReport } from '@iresnet/backend';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng, IResNetError } from '@iresnet/core';
import { jsonLines, type FitResult } from '@iresnet/training';
import { startBackend } from '../backend';
import { readConfig, type RunConfig } from '../config';
import { computeFigures } from '../figures';
import { onInterrupt } from '../interrupt';
import { metricsUpTo } from '../metrics';
import { writeModel } from '../model';
import type { Output } from '../output';
import { showProgress } from '../progress';
import { references } from '../references';
import { reproduce } from '../reproduce';
import type { RunInfo } from '../run';
import { createRunFolder, lineWriter } from '../runFolder';
import { quoted } from '../shell';
import { openSource, type Source } from '../source';
import { readState, removeState, savingState, writeState, type RunState } from '../state';
import { summarize } from '../summary';
import { trainDensity } from '../train';
import { writeReport } from '../writeReport';

/** How and where to run, which does not decide the result. */
export interface TrainOptions {
  readonly backend: BackendName;
  readonly threads: number;
  readonly json: boolean;
}

/** A run that is about to be trained: new, or one to go on with. */
interface Sitting {
  readonly dir: string;
  readonly config: RunConfig;
  readonly source: Source;
  readonly from: RunState | null;
}

const METRICS = 'metrics.jsonl';

/**
 * Train a density and leave a run folder below `out`: `config.json`, `run.json`, `metrics.jsonl`, `model/`, `results.json`,
 * `report.html`; and `state/` as long as it is not finished.
 *
 * @returns The exit code.
 */
export async function train(
  config: RunConfig,
  out: string,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const backend = await start(options, output);
  const source = openSource(config, createRng(config.seed).split('data'));
  const compared = references(source); // Rows without a density are refused before anything is written.
  const dir = createRunFolder(out, source.title);
  await writeJson(dir, 'config.json', config);
  return sit({ dir, config, source, from: null }, compared, backend, options, output);
}

/** Go on with an interrupted run, as if it had never stopped. */
export async function resume(dir: string, options: TrainOptions, output: Output): Promise<number> {
  const config = readConfig(join(dir, 'config.json'), 'data');
  const from = await readState(dir, config);
  const backend = await start(options, output);
  const source = openSource(config, createRng(config.seed).split('data'));
  const { step } = JSON.parse(from.fit.metadata['fit'] ?? '{}') as { step?: number };
  await writeFileAtomic(join(dir, METRICS), metricsUpTo(join(dir, METRICS), step ?? 0));
  return sit({ dir, config, source, from }, references(source), backend, options, output);
}

async function start({ backend, threads }: TrainOptions, output: Output): Promise<BackendReport> {
  const report = await startBackend(backend, threads);
  output.log(`backend ${report.name}: ${report.reason}`);
  return report;
}

/** Train, save, judge. */
async function sit(
  sitting: Sitting,
  compared: ReturnType<typeof references>,
  backend: BackendReport,
  options: TrainOptions,
  output: Output,
): Promise<number> {
  const { dir, config, source, from } = sitting;
  const { training, heldOut, columns } = source;
  output.log(
    `${source.title}: ${training.count} training rows, ${heldOut.count} held out, ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`,
  );
  const before = from?.seconds ?? 0;
  const metrics = lineWriter(join(dir, METRICS));
  const interrupt = onInterrupt(output);
  try {
    const { density, result } = await trainDensity(config, source, {
      callbacks: [
        jsonLines((line) => metrics.write(line)),
        ...showProgress(output, config.steps),
        savingState(dir, config, before),
      ],
      signal: interrupt.signal,
      resume: from?.fit ?? null,
    });
    const info = infoOf(config, backend, result, before);
    if (result.step > 0) await writeModel(join(dir, 'model'), { density, columns });
    await writeJson(dir, 'run.json', info);
    if (result.stopReason === 'aborted') {
      await writeState(dir, config, { fit: result.state, seconds: info.seconds });
      output.log(`saved; go on with: iresnet train --resume ${quoted(dir)}`);
      return interrupt.code();
    }
    if (result.stopReason !== 'steps') throw diverged(dir, result);
    interrupt.release();

    output.log('judging on held-out rows, inverting, drawing …');
    const figures = computeFigures(density, source, compared, createRng(config.seed).split('figures'));
    await writeJson(dir, 'results.json', figures);
    const report = await writeReport(dir, { config, source, density, figures, info });
    removeState(dir);
    await output.data(
      options.json
        ? `${JSON.stringify({ dir, ...figures })}\n`
        : `${summarize(figures)}\n\nreport: ${report}\n`,
    );
    return 0;
  } finally {
    metrics.close();
    interrupt.release();
  }
}

function infoOf(config: RunConfig, backend: BackendReport, result: FitResult, before: number): RunInfo {
  return {
    command: reproduce(config),
    date: new Date().toISOString(),
    backend: backend.name,
    threads: backend.threads,
    node: process.version,
    seconds: before + result.seconds,
    steps: result.step,
    stopReason: result.stopReason,
  };
}

function diverged(dir: string, { step, stopReason }: FitResult): IResNetError {
  const kept = step > 0 ? `the model of step ${step} is kept` : 'there is no good model to keep';
  const what = `expected a loss that stays finite, got '${stopReason}' after step ${step}; ${kept}; a lower --learning-rate may help`;
  return new IResNetError('diverged', dir, what);
}

async function writeJson(dir: string, name: string, value: object): Promise<void> {
  await writeFileAtomic(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
}

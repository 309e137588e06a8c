import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendName, BackendReport } from '@iresnet/backend';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { IResNetError } from '@iresnet/core';
import type { Pipeline, Trained } from '@iresnet/pipeline';
import { metricsUpTo, type RunInfo } from '@iresnet/pipeline/run';
import { jsonLines, type Callback, type FitResult, type FitState } from '@iresnet/training';
import type { Workers } from '../commands/flags';
import { startBackend } from './backend';
import { onInterrupt } from './interrupt';
import type { Output } from '../terminal/output';
import { aligned } from '../terminal/aligned';
import { printableText } from '../terminal/printable';
import { showProgress } from '../terminal/progress';
import { readText } from '@iresnet/core/node';
import { files } from './files';
import type { Judged } from './judge';
import { lineWriter } from './runFolder';
import { quoted } from '../terminal/shell';
import { hasState, removeState, savingState, writeState, type RunState } from './state';

/** How and where to run, which does not decide the result. */
export interface TrainOptions {
  readonly backend: BackendName;
  readonly threads: number;
  /** Threads that train. */
  readonly workers: Workers;
  readonly json: boolean;
}

/** How a run is watched and stopped, where it goes on from, and who keeps its best model. */
export interface TrainingHooks {
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal;
  readonly resume: FitState | null;
  /** Add a line of one's own to `metrics.jsonl`; it needs `event` and `step`. */
  readonly log: (line: { readonly event: string; readonly step: number }) => void;
  /** Save the model as it is, as the best so far. */
  readonly keepBest: (pipeline: Pipeline) => Promise<void>;
}

/** What is particular about a training run. */
export interface Job {
  readonly dir: string;
  readonly config: { readonly steps: number; readonly patience?: number | null };
  /** What a saved state belongs to: the JSON of `config.json`. */
  readonly identity: object;
  /** The command that gives the run again. */
  readonly command: string;
  /** Of the loss and of its validation, for the progress. */
  readonly unit: string;
  /** Where an interrupted run stands. */
  readonly from: RunState | null;
  train(hooks: TrainingHooks): Promise<Trained>;
  /** Write the model as a folder. */
  save(dir: string, pipeline: Pipeline): Promise<void>;
  /** Judge the model and draw the report. */
  finish(pipeline: Pipeline, info: RunInfo): Promise<Judged>;
}

/** Start the backend of a run. */
export async function begin({ backend, threads }: TrainOptions, output: Output): Promise<BackendReport> {
  const report = await startBackend(backend, threads);
  output.log(`backend ${report.name}: ${report.reason}`);
  return report;
}

/** Cut the metrics of an interrupted run back to where its state stands. */
export async function rewindMetrics(dir: string, step: number): Promise<void> {
  const file = join(dir, files.metrics);
  await writeFileAtomic(file, metricsUpTo(readText(file, 'the metrics of a run'), file, step));
}

/**
 * Train, save, judge: fills a run folder that has its `config.json`.
 *
 * @returns The exit code.
 */
export async function runSession(
  job: Job,
  backend: BackendReport,
  { json }: TrainOptions,
  output: Output,
): Promise<number> {
  const { dir, config, identity, from } = job;
  const before = from?.seconds ?? 0;
  const metrics = lineWriter(join(dir, files.metrics));
  const interrupt = onInterrupt(output);
  try {
    const { pipeline, result } = await job.train({
      callbacks: [
        jsonLines((line) => metrics.write(line)),
        ...showProgress(output, config.steps, { unit: job.unit, validationUnit: job.unit }),
        savingState(dir, identity, before),
      ],
      signal: interrupt.signal,
      resume: from?.fit ?? null,
      log: (line) => metrics.write(`${JSON.stringify(line)}\n`),
      keepBest: (best) => job.save(join(dir, 'best'), best),
    });
    const info: RunInfo = {
      command: job.command,
      date: new Date().toISOString(),
      backend: backend.name,
      threads: backend.threads,
      node: process.version,
      seconds: before + result.seconds,
      steps: result.step,
      stopReason: result.stopReason,
      ...(config.patience && result.best && { best: result.best.step }),
    };
    if (result.step > 0) await job.save(join(dir, 'model'), pipeline);
    // The model is the best one then.
    if (config.patience) rmSync(join(dir, 'best'), { recursive: true, force: true });
    await writeJson(dir, files.info, info);
    const state = { fit: result.state, seconds: info.seconds };
    if (result.stopReason === 'aborted') {
      await writeState(dir, identity, state);
      output.log(`saved; go on with: iresnet train --resume ${quoted(dir)}`);
      return interrupt.code();
    }
    if (result.stopReason !== 'steps' && result.stopReason !== 'patience') throw diverged(dir, result);
    // A run that is stopped or killed from here on is resumed at its last step, and judged.
    await writeState(dir, identity, state);
    interrupt.release();
    if (info.best !== undefined)
      output.log(
        `the model of step ${info.best} of ${info.steps}, the best on the validation part, is the result`,
      );

    const { figures, summary } = await job.finish(pipeline, info);
    await writeJson(dir, files.results, figures);
    removeState(dir);
    await output.data(
      json
        ? `${JSON.stringify({ dir, ...figures })}\n`
        : printableText(`${aligned(summary)}\nreport: ${join(dir, files.report)}\n`),
    );
    return 0;
  } catch (error) {
    if (error instanceof IResNetError && error.kind === 'device' && hasState(dir))
      output.log(`go on from the last save with: iresnet train --resume ${quoted(dir)}`);
    throw error;
  } finally {
    metrics.close();
    interrupt.release();
  }
}

function diverged(dir: string, { step, stopReason }: FitResult): IResNetError {
  const kept = step > 0 ? `the model of step ${step} is kept` : 'there is no good model to keep';
  const what = `expected a loss that stays finite, got '${stopReason}' after step ${step}; ${kept}; a lower --learning-rate may help`;
  return new IResNetError('diverged', dir, what);
}

/** Write a file of a run folder. */
export async function writeJson(dir: string, name: string, value: object): Promise<void> {
  await writeFileAtomic(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
}

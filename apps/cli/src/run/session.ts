import { join } from 'node:path';
import type { BackendName, BackendReport } from '@iresnet/backend';
import { quoted } from '@iresnet/core/internal';
import { IResNetError } from '@iresnet/core';
import { describeTransforms, lossUnit, type Pipeline } from '@iresnet/pipeline';
import {
  aligned,
  describeFarValues,
  describeSettings,
  describeSource,
  type RunConfig,
  trainCommand,
} from '@iresnet/pipeline/run';
import {
  hasState,
  runFileNames,
  type JudgedRun,
  type RunSource,
  type TrainingRun,
} from '@iresnet/pipeline/run/node';
import type { FitResult, GradientPool } from '@iresnet/training';
import type { TrainWorkers } from '../commands/flags';
import type { Output } from '../terminal/output';
import { printableText } from '../terminal/printable';
import { showProgress } from '../terminal/progress';
import { onInterrupt } from './interrupt';
import { judging } from './judge';

/** How and where to run, which does not decide the result. */
export interface TrainOptions {
  readonly backend: BackendName;
  readonly threads: number;
  /** What trains. */
  readonly workers: TrainWorkers;
  readonly json: boolean;
}

/** What a run is trained with. */
interface Given {
  readonly backend: BackendReport;
  /** What trains with this thread. */
  readonly workers: GradientPool | undefined;
  /** The model that a new run begins with, and the run that it is of. */
  readonly start?: { readonly dir: string; readonly model: Pipeline } | undefined;
}

/**
 * Train and judge, until a signal says stop.
 *
 * @returns The exit code.
 */
export async function runSession(
  run: TrainingRun,
  { backend, workers, start }: Given,
  { json }: TrainOptions,
  output: Output,
): Promise<number> {
  const { dir, config, source } = run;
  tell(source, config, output);
  const unit = lossUnit(config.task, source.input);
  const interrupt = onInterrupt(output);
  try {
    const { result, info, finished } = await run.train({
      callbacks: showProgress(output, config.steps, { unit, validationUnit: unit }),
      signal: interrupt.signal,
      ...(workers && { workers }),
      ...(start && { start: start.model }),
      ...saveSeconds(),
      command: trainCommand(config, start?.dir),
      threads: backend.threads,
    });
    if (result.stopReason === 'aborted') {
      output.log(`saved; go on with: iresnet train --resume ${quoted(dir)}`);
      return interrupt.code();
    }
    if (!finished) throw diverged(dir, result);
    interrupt.release();
    if (info.best !== undefined)
      output.log(
        `the model of step ${info.best} of ${info.steps}, the best on the validation part, is the result`,
      );
    await tellFigures(dir, await run.judge(judging(source, output)), json, output);
    return 0;
  } catch (error) {
    if (error instanceof IResNetError && error.kind === 'device' && hasState(dir))
      output.log(`go on from the last save with: iresnet train --resume ${quoted(dir)}`);
    throw error;
  } finally {
    interrupt.release();
  }
}

/** Print what a run was judged by. */
export async function tellFigures(
  dir: string,
  { figures, summary }: JudgedRun,
  json: boolean,
  output: Output,
): Promise<void> {
  await output.data(
    json
      ? `${JSON.stringify({ dir, ...figures })}\n`
      : printableText(`${aligned(summary)}\nreport: ${join(dir, runFileNames.report)}\n`),
  );
}

/** Tell what is about to be done with some data. */
export function tell(source: RunSource, config: RunConfig, output: Output): void {
  output.log(describeSource(source));
  output.log(`${describeSettings(source, config)} (each has a flag)`);
  if (!('truth' in source)) return;
  const transforms = describeTransforms(source.input);
  if (transforms.length > 0) output.log(`transformed columns: ${transforms.join(', ')}`);
  // A slip in the data is known before it is trained on.
  for (const line of describeFarValues(source)) output.warn(line);
}

function diverged(dir: string, { step, stopReason }: FitResult): IResNetError {
  const kept = step > 0 ? `the model of step ${step} is kept` : 'there is no good model to keep';
  const what = `expected a loss that stays finite, got '${stopReason}' after step ${step}; ${kept}; a lower --learning-rate may help`;
  return new IResNetError('diverged', dir, what);
}

/** Seconds between two saves, where the environment says it. */
function saveSeconds(): { readonly saveSeconds?: number } {
  const variable = 'IRESNET_SAVE_SECONDS';
  const text = process.env[variable];
  if (!text) return {};
  const seconds = Number(text);
  if (seconds >= 0) return { saveSeconds: seconds };
  throw new IResNetError('argument', variable, `expected seconds, got '${text}'`);
}

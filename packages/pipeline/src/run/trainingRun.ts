import { join } from 'node:path';
import { getBackend } from '@tensorflow/tfjs-core';
import { removeCheckpoint } from '@iresnet/checkpoint/node';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { jsonLines } from '@iresnet/training';
import { calibrate } from '../calibrate';
import { saveModel } from '../saveModel';
import { train, type Trained, type TrainOptions } from '../train';
import { recipeOf, type RunConfig } from './config';
import { runFileNames } from './fileNames';
import type { RunInfo } from './info';
import { judgeRun, type JudgedRun, type JudgeRunOptions } from './judgeRun';
import { lineWriter } from './lineWriter';
import type { RunSource } from './sourceOf';
import { removeState, savingState, writeState, type SavedState } from './state';
import { writeJson } from './writeJson';

/** How a run is watched and stopped, and what its record says of how it was made. */
export interface TrainRunOptions extends Pick<TrainOptions, 'callbacks' | 'signal' | 'workers' | 'start'> {
  /** Seconds of training between two saves of the state; default 30. */
  readonly saveSeconds?: number;
  /** What makes the run again, for `run.json` and the report; default `a program`. */
  readonly command?: string;
  /** Threads of the backend, for `run.json`; default 1. */
  readonly threads?: number;
}

/** What the training of a run gave. */
export interface TrainedRun extends Trained {
  /**
   * Whether the training is over: neither stopped by `signal` nor diverged. Then it can be judged.
   */
  readonly finished: boolean;
  /** What `run.json` holds. */
  readonly info: RunInfo;
}

/** A run that this process trains: no other one can, until it is closed. */
export interface TrainingRun {
  readonly dir: string;
  readonly config: RunConfig;
  readonly source: RunSource;
  /** Steps that were made before; 0 in a new run. */
  readonly step: number;
  /**
   * Train, once. `metrics.jsonl` gets a line of each step and each validation, `best/` the best
   * model so far, `state/` where the run stands, every half minute; at the end there are `model/`
   * and `run.json`. A process that is killed at any moment leaves whole files, and a run that
   * `resumeRun` goes on with. Without `patience` `best/` stays; with it, `model/` is the best one.
   *
   * @returns The model, and how the training ended. After a divergence `model/` is the last good
   * one, if there is one.
   * @throws IResNetError of kind `data` when a file cannot be written; what callbacks throw.
   */
  train(options?: TrainRunOptions): Promise<TrainedRun>;
  /**
   * Judge the trained model on the held-out examples: writes `report.html` and `results.json`, and
   * removes `state/`. See {@link judgeRun}.
   *
   * @throws IResNetError of kind `argument` before the training is over.
   */
  judge(options?: JudgeRunOptions): Promise<JudgedRun>;
  /** Leave the run to other processes. */
  close(): Promise<void>;
}

/** A run folder that is ready to be trained. */
export interface ReadyRun extends Pick<TrainingRun, 'dir' | 'config' | 'source' | 'close'> {
  /** What a saved state belongs to: the JSON of `config.json`. */
  readonly identity: object;
  /** Where the run stands; null when it is new. */
  readonly from: SavedState | null;
}

/** The methods of a run. */
export function trainingRun(run: ReadyRun): TrainingRun {
  const { dir, config, source, from, close } = run;
  let state: 'ready' | 'begun' | TrainedRun = 'ready';
  return {
    dir,
    config,
    source,
    step: from?.step ?? 0,
    async train(options = {}) {
      const where = 'pipeline.TrainingRun.train';
      checkOptions(where, options, {
        callbacks: true,
        signal: true,
        workers: true,
        start: true,
        saveSeconds: true,
        command: true,
        threads: true,
      });
      ensure(state === 'ready', where, () => 'expected one call of a run, got a second; resumeRun goes on');
      const { saveSeconds = 0 } = options;
      ensure(saveSeconds >= 0, where, () => `expected saveSeconds ≥ 0, got ${saveSeconds}`);
      state = 'begun';
      return (state = await trainInto(run, options));
    },
    async judge(options) {
      const trained = typeof state === 'object' ? state : null;
      const found = trained ? `one that ended by '${trained.info.stopReason}'` : 'one before its end';
      const what = (): string => `expected a run whose training is finished, got ${found}`;
      ensure(trained?.finished === true, 'pipeline.TrainingRun.judge', what);
      const judged = await judgeRun({ dir, config, source, pipeline: trained.pipeline }, options);
      await writeJson(dir, runFileNames.results, judged.figures);
      await removeState(dir);
      return judged;
    },
    close,
  };
}

async function trainInto(
  { dir, config, identity, source, from }: ReadyRun,
  {
    callbacks = [],
    signal,
    workers,
    start,
    saveSeconds = 30,
    command = 'a program',
    threads = 1,
  }: TrainRunOptions,
): Promise<TrainedRun> {
  const before = from?.seconds ?? 0;
  const metrics = lineWriter(join(dir, runFileNames.metrics));
  try {
    const { pipeline: last, result } = await train(source, recipeOf(config), {
      callbacks: [
        jsonLines((line) => metrics.write(line)),
        ...callbacks,
        savingState(dir, identity, before, saveSeconds),
      ],
      ...(signal && { signal }),
      ...(workers && { workers }),
      ...(start && { start }),
      ...(from && { resume: from.fit }),
      onValidated: (step, figures) =>
        metrics.write(`${JSON.stringify({ event: 'judged', step, ...figures })}\n`),
      keepBest: (best) => saveModel(join(dir, 'best'), best),
    });
    const pipeline = 'truth' in source ? await calibrate(last, source) : last;
    const info: RunInfo = {
      command,
      date: new Date().toISOString(),
      backend: getBackend(),
      threads,
      node: process.version,
      seconds: before + result.seconds,
      steps: result.step,
      stopReason: result.stopReason,
      ...(config.patience && result.best && { best: result.best.step }),
    };
    if (result.step > 0) await saveModel(join(dir, 'model'), pipeline);
    // The model is the best one then.
    if (config.patience) await removeCheckpoint(join(dir, 'best'));
    await writeJson(dir, runFileNames.info, info);
    const finished = result.stopReason === 'steps' || result.stopReason === 'patience';
    // A run that is killed while it is judged is resumed at its last step, and judged.
    if (finished || result.stopReason === 'aborted')
      await writeState(dir, identity, { fit: result.state, seconds: info.seconds });
    return { pipeline, result, info, finished };
  } finally {
    metrics.close();
  }
}

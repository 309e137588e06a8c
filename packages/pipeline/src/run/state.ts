import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkFinite, parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import {
  hasCheckpoint,
  hashConfig,
  loadCheckpoint,
  removeCheckpoint,
  saveCheckpoint,
  sweep,
} from '@iresnet/checkpoint/node';
import { IResNetError } from '@iresnet/core';
import { parseJson } from '@iresnet/core/internal';
import type { Callback, FitState } from '@iresnet/training';
import { runFileNames } from './fileNames';
import { upgradedState } from './oldState';

/** Where an unfinished run stands. */
export interface RunState {
  readonly fit: FitState;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/** A state that was read, and the steps that it has made. */
export type SavedState = RunState & { readonly step: number };

const FOLDER = 'state';
const FILE = 'state.safetensors';

/** Save where a run stands; a crash at any moment leaves this state or the one before. */
export async function writeState(dir: string, config: object, { fit, seconds }: RunState): Promise<void> {
  const metadata = { ...fit.metadata, seconds: String(seconds) };
  await saveCheckpoint(join(dir, FOLDER), { [FILE]: toSafetensors(fit.tensors, metadata) }, { config });
}

/**
 * Read where a run stands. The caller holds the lock of the run.
 *
 * @throws IResNetError of kind `data` when there is no state, a byte of it is wrong or it belongs
 * to another configuration. When the run is finished, `context.finished` is true, and what a killed
 * process left of its state is gone.
 */
export async function readState(dir: string, config: object): Promise<SavedState> {
  const folder = join(dir, FOLDER);
  // A save that was killed may have moved the last state aside; no one else saves under the lock.
  await sweep(dir, { exclusive: true });
  const finished = isFinished(dir);
  if (finished) await removeState(dir);
  if (!hasState(dir)) {
    const found = finished ? 'one that is finished' : 'one without a state: it was never saved';
    throw new IResNetError('data', dir, `expected the folder of an interrupted run, got ${found}`, { finished }); // prettier-ignore
  }
  const { files, manifest } = await loadCheckpoint(folder);
  if (manifest.config !== hashConfig(config)) {
    const what = 'expected the state of a run with this config.json, got that of another';
    throw new IResNetError('data', folder, what);
  }
  const file = join(folder, FILE);
  const bytes = files.get(FILE);
  if (bytes === undefined) throw new IResNetError('data', folder, `expected ${FILE} in it`);
  const { tensors, metadata } = parseSafetensors(bytes, { file });
  checkFinite(tensors, file);
  const seconds = Number(metadata['seconds'] ?? 0);
  if (!(seconds >= 0)) throw new IResNetError('data', file, 'expected the seconds of a run');
  const numbers = parseJson(metadata['fit'] ?? '', file) as { readonly step?: unknown } | null;
  const step = numbers?.step;
  if (!Number.isSafeInteger(step)) throw new IResNetError('data', file, 'expected the step of a run');
  return { fit: upgradedState({ tensors, metadata }), seconds, step: step as number };
}

/**
 * Whether the folder of a run holds the state of an unfinished one, which `resumeRun` goes on from.
 *
 * @example
 * ```ts
 * import { hasState } from '@iresnet/pipeline/run/node';
 *
 * console.log(hasState('runs/001-faithful')); // false: there is nothing
 * ```
 */
export function hasState(dir: string): boolean {
  const folder = join(dir, FOLDER);
  return !isFinished(dir) && (existsSync(folder) || hasCheckpoint(folder));
}

/** Whether a run is trained and judged: its figures are the last that is written. */
export function isFinished(dir: string): boolean {
  return existsSync(join(dir, runFileNames.results));
}

/** A finished run needs no state. */
export async function removeState(dir: string): Promise<void> {
  await removeCheckpoint(join(dir, FOLDER));
}

/**
 * Save the state every so many seconds of training; `before` is the training time of earlier
 * sittings, seconds.
 */
export function savingState(dir: string, config: object, before: number, every: number): Callback {
  let savedAt = 0;
  return {
    async onStepEnd({ seconds }, run) {
      if (seconds - savedAt < every) return;
      savedAt = seconds;
      await writeState(dir, config, { fit: await run.state(), seconds: before + seconds });
    },
  };
}

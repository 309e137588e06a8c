import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { openModel } from '../openModel';
import type { Pipeline } from '../pipeline';
import { checkSource } from './checkSource';
import type { DataConfig, RunConfig } from './config';
import { runFileNames } from './fileNames';
import { readRunConfig } from './readRun';
import { runSource, type RunDataOptions } from './runSource';
import type { RunSource } from './sourceOf';

/** A run in its folder: what it learned from, how, and what came out. */
export interface OpenedRun {
  readonly dir: string;
  readonly config: RunConfig;
  /** The data, cut as when it was trained. */
  readonly source: RunSource;
  readonly pipeline: Pipeline;
}

/** Options of {@link openRun}. */
export interface OpenRunOptions extends RunDataOptions {
  /** The model of the run, where it is open already. */
  readonly pipeline?: Pipeline;
}

/**
 * Open the folder of a run with its model and the data that it used, cut as then. Runs of earlier
 * versions open too.
 *
 * A table that lies in the folder itself is taken in the place of the one that the configuration
 * names.
 *
 * @param dir - The folder of the run.
 * @returns The run. Free the model with `pipeline.model.dispose()`.
 * @throws IResNetError of kind `data` when something is missing or corrupt, or when the data is not
 * that of the model; of kind `argument` for the folder of a model alone.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defaultRecipe, score } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { openRun, startRun } from '@iresnet/pipeline/run/node';
 *
 * const runs = mkdtempSync(join(tmpdir(), 'runs-'));
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const run = await startRun(runs, runConfig({ kind: 'embedded', name: 'faithful' }, recipe));
 * await run.train();
 * await run.close();
 *
 * const { source, pipeline } = await openRun(run.dir);
 * console.log((await score(pipeline, source.heldOut.data)).logProb!.length === source.heldOut.count); // true
 * ```
 */
export async function openRun(dir: string, options: OpenRunOptions = {}): Promise<OpenedRun> {
  checkOptions('pipeline.openRun', options, { pipeline: true, source: true, onNotice: true });
  if (existsSync(join(dir, 'manifest.json'))) {
    const what = 'expected the folder of a run, which knows its data, got that of a model';
    throw new IResNetError('argument', dir, what);
  }
  const config = readRunConfig(join(dir, runFileNames.config), 'data');
  const source = await runSource({ ...config, data: besideRun(dir, config.data) }, options);
  const pipeline = options.pipeline ?? (await openModel(dir));
  checkSource(pipeline, source, dir);
  return { dir, config, source, pipeline };
}

/** A folder may bring its data along, as one of the playground does. */
function besideRun(dir: string, data: DataConfig): DataConfig {
  if (data.kind !== 'file') return data;
  const beside = (file: string): string => {
    const own = join(dir, basename(file));
    return existsSync(own) ? own : file;
  };
  return { ...data, file: beside(data.file), ...(data.test !== undefined && { test: beside(data.test) }) };
}

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import type { ImageSource, Pipeline, Source, TableSource } from '@iresnet/pipeline';
import { checkSource, type DataConfig, type RunConfig } from '@iresnet/pipeline/run';
import type { Output } from '../terminal/output';
import { files, readConfig } from './files';
import { loadData, sourceOf } from './source';

/** The configuration of a run and the data that it used, cut as then. */
export interface OpenRun<S extends Source> {
  readonly config: RunConfig;
  readonly source: S;
}

/**
 * Open the configuration of a run folder and the data that it used.
 *
 * @param pipeline - The model of the run.
 * @throws IResNetError of kind `data` when something is missing or corrupt, or the data is not that of the model.
 */
export async function openRun<S extends TableSource | ImageSource>(
  dir: string,
  pipeline: Pipeline,
  output: Output,
): Promise<OpenRun<S>> {
  if (existsSync(join(dir, 'manifest.json'))) {
    const what = 'expected the folder of a run, which knows its data, got that of a model';
    throw new IResNetError('argument', dir, what);
  }
  const config = readConfig(join(dir, files.config), 'data');
  const source = sourceOf(await loadData(besideRun(dir, config.data), output), config);
  checkSource(pipeline, source, dir);
  return { config, source: source as S };
}

/** A folder may bring its data along, as one of the playground does. */
function besideRun(dir: string, data: DataConfig): DataConfig {
  if (data.kind !== 'file') return data;
  const beside = join(dir, basename(data.file));
  return existsSync(beside) ? { ...data, file: beside } : data;
}

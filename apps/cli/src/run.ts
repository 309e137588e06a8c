import { join } from 'node:path';
import { createRng, IResNetError } from '@iresnet/core';
import { readConfig, type RunConfig } from './config';
import { openModel, type TableModel } from './model';
import { parseJson, readText } from './readText';
import { openSource, type Source } from './source';

/** What a run folder says about the run that made it, in `run.json`. */
export interface RunInfo {
  readonly command: string;
  readonly date: string;
  readonly backend: string;
  readonly threads: number;
  readonly node: string;
  readonly seconds: number;
  readonly steps: number;
  /** `steps`; or why it ended before. */
  readonly stopReason: string;
}

/** A run folder with its model and the rows it was made from. */
export interface OpenRun {
  readonly config: RunConfig;
  readonly source: Source;
  readonly model: TableModel;
}

/**
 * Open a run folder.
 *
 * @throws IResNetError of kind `data` when something of it is missing or corrupt, or the rows are not those of the training.
 */
export async function openRun(dir: string): Promise<OpenRun> {
  const { columns, ...model } = await openModel(dir);
  const { flow, classifier } = model;
  const config = readConfig(join(dir, 'config.json'), 'data');
  const source = await openSource(config, createRng(config.seed).split('data'));
  if (source.columns.join('\n') !== columns.join('\n')) {
    const what = `expected the model’s columns ${columns.join(', ')}, got ${source.columns.join(', ')} in ${source.title}`;
    throw new IResNetError('data', dir, what);
  }
  // The model holds mean and deviation of the rows it was trained on.
  const { mean = [], deviation = [] } = flow.standardize ?? {};
  const same =
    source.deviation.every((s, j) => close(s, deviation[j], s) && close(source.mean[j]!, mean[j], s)) &&
    source.labels?.classes.join('\n') === classifier?.classes.join('\n');
  if (!same) {
    const what = `expected the rows that the model was trained on, got others: ${source.title} or config.json has changed since`;
    throw new IResNetError('data', dir, what);
  }
  return { config, source, model };
}

/** Read `run.json`. */
export function readInfo(dir: string): RunInfo {
  const file = join(dir, 'run.json');
  const info = parseJson(readText(file, 'the record of a run'), file) as Partial<RunInfo> | null;
  if (typeof info?.command !== 'string' || typeof info.seconds !== 'number' || typeof info.steps !== 'number')
    throw new IResNetError('data', file, 'expected the record of a run, got other JSON');
  return info as RunInfo;
}

/** Equal up to the rounding of other machines, in units of `scale`. */
function close(a: number, b: number | undefined, scale: number): boolean {
  return Math.abs(a - (b ?? NaN)) <= 1e-6 * scale;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import type { ImageSource, Input, Pipeline, Source, TableSource } from '@iresnet/pipeline';
import type { Output } from '../terminal/output';
import { readConfig, type RunConfig } from './config';
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
  const config = readConfig(join(dir, 'config.json'), 'data');
  const source = sourceOf(await loadData(config.data, output), config);
  const { input } = pipeline;
  const [wanted, found] = [described(input), described(source.input)];
  if (wanted !== found) {
    const what = `expected data as of the model, ${wanted}, got ${found} in ${source.input.title}`;
    throw new IResNetError('data', dir, what);
  }
  if (input.kind === 'table' && !sameRows(pipeline, source as TableSource)) {
    const what = `expected the rows that the model was trained on, got others: ${source.input.title} or config.json has changed since`;
    throw new IResNetError('data', dir, what);
  }
  return { config, source: source as S };
}

function described(input: Input): string {
  if (input.kind === 'table') return `the columns ${input.columns.join(', ')}`;
  const { shape, levels, classes } = input;
  return `${shape.join('×')}, ${levels} levels, ${classes.length} classes (${classes.join()})`;
}

/** The model holds mean and deviation of the rows that it was trained on. */
function sameRows({ model, input }: Pipeline, { mean, deviation, input: found }: TableSource): boolean {
  const { config } = model;
  const fixed = config.kind === 'dense' ? config.flow.standardize : undefined;
  return (
    deviation.every((s, j) => close(s, fixed?.deviation[j], s) && close(mean[j]!, fixed?.mean[j], s)) &&
    input.classes.join('\n') === found.classes.join('\n')
  );
}

/** Equal up to the rounding of other machines, in units of `scale`. */
function close(a: number, b: number | undefined, scale: number): boolean {
  return Math.abs(a - (b ?? NaN)) <= 1e-6 * scale;
}

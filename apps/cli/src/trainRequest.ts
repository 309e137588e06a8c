import { IResNetError } from '@iresnet/core';
import { datasetNames, type DatasetName } from '@iresnet/datasets';
import { defaultConfig, labelOf, parseConfig, type DataConfig, type RunConfig } from './config';
import { isImageConfig } from './image/config';
import { chosenImages, imageRequest, type ImageRequest } from './image/request';
import { parseJson, readText } from './readText';
import type { ConfigFlags, ImageFlags, TableFlags, TrainFlags } from './trainFlags';

/** A training run that flags ask for. */
export type TrainRequest = { readonly kind: 'table'; readonly config: RunConfig } | ImageRequest;

const WHERE = 'iresnet train';

const tableOnly = ['columns', 'label', 'hidden', 'noise'] as const satisfies readonly (keyof TableFlags)[];
const imageOnly = [
  'task',
  'dataDir',
  'preset',
  'channels',
  'accumulate',
  'optimizer',
  'schedule',
  'warmup',
  'weightDecay',
  'ema',
  'clip',
  'shift',
  'flip',
  'validation',
] as const satisfies readonly (keyof ImageFlags)[];

/** Flags over a configuration file over the defaults of the data. */
export function resolveRequest(flags: TrainFlags): TrainRequest {
  const { dataset, data, config: file, ...settings } = configFlags(flags);
  if (dataset !== undefined && data !== undefined)
    throw new IResNetError('argument', WHERE, 'expected --dataset or --data, got both');
  const from = file === undefined ? null : parseJson(readText(file, 'a configuration file'), file);
  const images = chosenImages(dataset, data, settings.dataDir);
  const onImages = images !== null || (dataset === undefined && data === undefined && isImageConfig(from));
  refuse(settings, onImages ? tableOnly : imageOnly, onImages ? 'images' : 'a table');
  if (onImages) return imageRequest(images, from, file, settings);

  if (settings.columns !== undefined && data === undefined)
    throw new IResNetError('argument', WHERE, 'expected --data with --columns, got none');
  if (settings.label !== undefined && data === undefined && dataset === undefined)
    throw new IResNetError('argument', WHERE, 'expected --data or --dataset iris with --label, got neither');
  const chosen = chosenTable(dataset, data, settings.columns, settings.label);
  const base = from === null ? null : parseConfig(from, file!);
  const { columns: _columns, label: _label, blocks, ...rest } = settings;
  if (blocks && blocks.length > 1)
    throw new IResNetError(
      'argument',
      WHERE,
      `expected one number of --blocks for a table, got ${blocks.join()}`,
    );
  const defaults = base ?? defaultConfig(chosen ?? { kind: 'embedded', name: 'faithful' });
  const config = {
    ...defaults,
    ...(chosen && { data: chosen }),
    ...rest,
    ...(blocks && { blocks: blocks[0] }),
  };
  const checked = parseConfig(config, WHERE);
  if (settings.densityWeight !== undefined && labelOf(checked.data) === undefined)
    throw new IResNetError('argument', WHERE, 'expected --label with --density-weight, got none');
  return { kind: 'table', config: checked };
}

/** A run that goes on has its configuration already. */
export function refuseConfig(flags: TrainFlags): void {
  const given = Object.keys(configFlags(flags)).map(dashed);
  if (given.length === 0) return;
  const what = `expected --resume without what decides a run, got ${given.join(', ')} beside it`;
  throw new IResNetError('argument', WHERE, what);
}

function refuse(settings: object, names: readonly string[], kind: string): void {
  const given = names.filter((name) => name in settings).map(dashed);
  if (given.length === 0) return;
  throw new IResNetError('argument', WHERE, `expected flags for ${kind}, got ${given.join(', ')}`);
}

function dashed(key: string): string {
  return `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
}

function configFlags(flags: TrainFlags): ConfigFlags {
  const { out: _o, resume: _r, backend: _b, threads: _t, quiet: _q, json: _j, ...rest } = flags;
  return rest;
}

function chosenTable(dataset?: string, file?: string, columns?: string[], name?: string): DataConfig | null {
  const label = name === undefined ? {} : { label: name };
  if (file !== undefined) return { kind: 'file', file, ...(columns && { columns }), ...label };
  if (dataset === undefined) return null;
  const embedded = datasetNames('table').find((name) => name === dataset);
  if (embedded) return { kind: 'embedded', name: embedded, ...label };
  if (name !== undefined)
    throw new IResNetError('argument', WHERE, `expected --label with a table, got --dataset ${dataset}`);
  return { kind: 'toy', name: dataset as DatasetName<'toy'> };
}

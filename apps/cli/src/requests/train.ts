import { statSync } from 'node:fs';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { datasetNames, type ColumnChoice, type DatasetName } from '@iresnet/datasets';
import {
  defaultRecipe,
  imageKind,
  inMicroBatches,
  readColumnChoices,
  type Recipe,
  type Variable,
} from '@iresnet/pipeline';
import {
  isImages,
  labelOf,
  parseRunConfig,
  recipeOf,
  runConfig,
  type DataConfig,
  type ImageData,
  type RunConfig,
  type TableData,
} from '@iresnet/pipeline/run';
import { hasState, readRunConfig, runFileNames, type LoadedData } from '@iresnet/pipeline/run/node';
import { readSchema } from '../run/data';
import {
  dashed,
  orNull,
  refuse,
  WHERE,
  type ConfigFlags,
  type ImageFlags,
  type TableFlags,
} from './configFlags';
import { denseModel, imageModel, spec } from './model';
import { refuseTableForm, tableForm, tableFormFlags } from './tableForm';

/** A training run that flags ask for. */
export interface TrainRequest {
  readonly data: DataConfig;
  /** Columns that are not read. */
  readonly left: ColumnChoice;
  /** The configuration, which may depend on what the data is like. */
  readonly configure: (loaded: LoadedData) => RunConfig;
  /**
   * Seconds for a race of recipes and the training of the best; absent where the recipe is known.
   */
  readonly budget?: Budget;
}

/** A race of recipes. */
export interface Budget {
  readonly seconds: number;
  /** What flags decide, so that no recipe of the race differs in it. */
  readonly fixed: readonly Variable[];
}

const tableOnly = [
  'columns',
  'exclude',
  'id',
  'schema',
  'test',
  'missing',
  'given',
  'weights',
  'label',
  'hidden',
  'noise',
  'byCategory',
  'whiten',
  ...tableFormFlags,
] as const satisfies readonly (keyof TableFlags)[];
const imageOnly = [
  'task',
  'dataDir',
  'preset',
  'channels',
  'shift',
  'flip',
] as const satisfies readonly (keyof ImageFlags)[];

/**
 * Flags over a configuration file over the defaults of the data.
 *
 * @param seconds - Of a race.
 * @param shared - Whether `--workers` is given: then batches are cut into micro-batches.
 */
export function resolveRequest(
  { dataset, data: path, config: file, ...flags }: ConfigFlags,
  seconds?: number,
  shared = false,
): TrainRequest {
  if (dataset !== undefined && path !== undefined) refuse('expected --dataset or --data, got both');
  const from = file === undefined ? null : readRunConfig(file);
  const chosen = chosenImages(dataset, path, flags.dataDir) ?? chosenTable(dataset, path, flags);
  const data = chosen ?? from?.data ?? { kind: 'embedded', name: 'faithful' };
  const images = isImages(data);
  if (images && flags.more) refuse('expected --data of images in one place, got several');
  refuseFlags(flags, images ? tableOnly : imageOnly, images ? 'images' : 'a table');
  if (!images) checkTableFlags(flags, dataset, path, data);
  const base = from && isImages(from.data) === images ? from : null;
  if (from && !base) refuse(`expected a --config of a run on ${images ? 'images' : 'a table'}, got another`);
  const left = { exclude: flags.exclude ?? [], id: flags.id ?? [] };
  const configure = (loaded: LoadedData): RunConfig => {
    const found = (loaded.kind === 'table' && loaded.data) || data;
    const recipe = changed(base ? recipeOf(base) : defaults(data, flags, loaded), flags, data, loaded);
    // A file or a flag that says the number of micro-batches is believed.
    const cut = shared && !base && flags.accumulate === undefined;
    return checked(runConfig(found, cut ? inMicroBatches(recipe) : recipe), flags);
  };
  // What is wrong with the flags of rows is said before anything is read.
  if (!images) configure({ kind: 'plane' } as LoadedData);
  if (seconds === undefined) return { data, left, configure };
  if (images) refuse('expected a table or a set with --budget, got images');
  if (flags.steps !== undefined) refuse('expected --budget or --steps, got both');
  const fixed = (['base', 'linear', 'hidden', 'noise'] as const).filter((name) => flags[name] !== undefined);
  return { data, left, configure, budget: { seconds, fixed } };
}

/** Settings whose flags have other names. */
const flagOf: Readonly<Record<string, string>> = { emaDecay: 'ema', clipNorm: 'clip' };

/** The configuration if it is one; what is wrong with a setting is said of its flag. */
function checked(config: RunConfig, flags: ConfigFlags): RunConfig {
  try {
    return parseRunConfig(config, WHERE);
  } catch (error) {
    if (!(error instanceof IResNetError)) throw error;
    const what = error.message.slice(error.where.length + 2);
    return refuse(
      what.replace(/(?<=^|; )(?:\w+\.)*(\w+)(?=: )/g, (path: string, setting: string) => {
        const flag = flagOf[setting] ?? setting;
        return flag in flags ? dashed(flag) : path;
      }),
    );
  }
}

/** A run that goes on has its configuration already. */
export function refuseConfig(flags: object): void {
  const given = Object.keys(flags).map(dashed);
  if (given.length === 0) return;
  refuse(`expected --resume without what decides a run, got ${given.join(', ')} beside it`);
}

/** The flags of a run that begins with the model of a finished one, over its configuration. */
export function furtherFlags(run: string, flags: ConfigFlags): ConfigFlags {
  if (flags.config !== undefined) refuse('expected --resume or --config, got both');
  if (hasState(run))
    refuse(
      `expected a finished run with --steps, got ${run}, which is not: first give --resume without --steps`,
    );
  return { ...flags, config: join(run, runFileNames.config) };
}

function defaults(data: DataConfig, { task }: ConfigFlags, loaded: LoadedData): Recipe {
  if (loaded.kind !== 'images')
    return data.kind === 'toy'
      ? defaultRecipe('plane')
      : defaultRecipe(
          'table',
          labelOf(data) === undefined ? 'density' : 'hybrid',
          loaded.kind === 'table'
            ? { rows: loaded.table.rows, columns: loaded.table.columns.length }
            : undefined,
        );
  const digits = data.kind === 'set' && data.name === 'digits';
  return digits
    ? defaultRecipe('digits', task)
    : defaultRecipe('images', task ?? 'hybrid', imageKind(loaded.train));
}

/** A recipe with the settings of the flags. */
function changed(recipe: Recipe, flags: ConfigFlags, data: DataConfig, loaded: LoadedData): Recipe {
  const { ema, clip, shift, flip, optimizer, schedule, patience } = flags;
  const task = isImages(data)
    ? (flags.task ?? recipe.task)
    : labelOf(data) === undefined
      ? 'density'
      : 'hybrid';
  const plain = only(flags, [
    'steps',
    'seed',
    'batchSize',
    'accumulate',
    'learningRate',
    'warmup',
    'holdOut',
    'splitSeed',
    'validation',
    'validateEvery',
    'densityWeight',
    'noise',
    'byCategory',
    'whiten',
    'given',
    'weights',
  ]);
  const { validateEvery, ...kept } = recipe;
  return {
    ...kept,
    // Other steps are cut into as many parts as those of any run.
    ...(flags.steps === undefined && validateEvery !== undefined && { validateEvery }),
    ...plain,
    task,
    ...(optimizer !== undefined && { optimizer: spec('--optimizer', optimizer) as Recipe['optimizer'] }),
    ...(flags.transform &&
      !isImages(data) && { transform: readColumnChoices(flags.transform, recipe.transform, '--transform') }),
    ...(schedule !== undefined && { schedule: schedule as Recipe['schedule'] }),
    ...(ema !== undefined && { emaDecay: orNull(ema) }),
    ...(clip !== undefined && { clipNorm: orNull(clip) }),
    ...(patience !== undefined && { patience: orNull(patience) }),
    augment: {
      ...recipe.augment,
      ...(shift !== undefined && { shift }),
      ...(flip !== undefined && { flip }),
    },
    model:
      recipe.model.kind === 'dense'
        ? denseModel(recipe.model, flags)
        : imageModel(recipe.model, flags, task, loaded),
  };
}

function only<K extends keyof ConfigFlags>(
  flags: ConfigFlags,
  names: readonly K[],
): Partial<Pick<ConfigFlags, K>> {
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  ) as Partial<Pick<ConfigFlags, K>>;
}

/** The images that the flags name, if they name some. */
function chosenImages(dataset?: string, path?: string, dir?: string): ImageData | null {
  const name = datasetNames('images').find((set) => set === dataset);
  if (name) return { kind: 'set', name, ...(dir !== undefined && { dir }) };
  if (path === undefined) return null;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? { kind: 'folder', folder: path } : null;
}

function chosenTable(
  dataset: string | undefined,
  file: string | undefined,
  { columns, label: column, schema, test, missing, more, ...flags }: ConfigFlags,
): TableData | null {
  const label = column === undefined ? {} : { label: column };
  if (file !== undefined)
    return {
      kind: 'file',
      file,
      ...(more && { more }),
      ...(test !== undefined && { test }),
      ...(columns && { columns }),
      ...label,
      ...(schema !== undefined && { schema: readSchema(schema) }),
      ...(missing !== undefined && { missing }),
      ...tableForm(flags),
    };
  if (dataset === undefined) return null;
  const embedded = datasetNames('table').find((name) => name === dataset);
  if (embedded) return { kind: 'embedded', name: embedded, ...label };
  if (column !== undefined) refuse(`expected --label with a table, got --dataset ${dataset}`);
  return { kind: 'toy', name: dataset as DatasetName<'toy'> };
}

function checkTableFlags(
  { columns, exclude, id, schema, test, missing, label, densityWeight, ...flags }: ConfigFlags,
  dataset: string | undefined,
  path: string | undefined,
  data: DataConfig,
): void {
  for (const [name, value] of Object.entries({ columns, exclude, id, schema, test, missing }))
    if (value !== undefined && path === undefined) refuse(`expected --data with --${name}, got none`);
  if (schema !== undefined && (columns ?? exclude ?? id) !== undefined)
    refuse('expected --schema, or --columns, --exclude and --id, got both');
  if (test !== undefined && flags.holdOut !== undefined) refuse('expected --test or --hold-out, got both');
  if (path === undefined) refuseTableForm(flags, WHERE, 'expected --data with flags of a file');
  for (const name of ['transform', 'given', 'weights'] as const)
    if (flags[name] !== undefined && data.kind === 'toy')
      refuse(`expected a table with --${name}, got --dataset ${data.name}`);
  if (label !== undefined && path === undefined && dataset === undefined)
    refuse('expected --data or --dataset iris with --label, got neither');
  if (densityWeight !== undefined && labelOf(data) === undefined)
    refuse('expected --label with --density-weight, got none');
}

function refuseFlags(settings: object, names: readonly string[], kind: string): void {
  const given = names.filter((name) => name in settings).map(dashed);
  if (given.length > 0) refuse(`expected flags for ${kind}, got ${given.join(', ')}`);
}

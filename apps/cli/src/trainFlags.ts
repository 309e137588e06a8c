import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { toy2dNames } from '@iresnet/datasets';
import { activationNames } from '@iresnet/lipschitz';
import { iResNetPresetNames } from '@iresnet/model';
import {
  defaultConfig,
  embeddedNames,
  labelOf,
  parseConfig,
  type DataConfig,
  type RunConfig,
} from './config';
import {
  backendFlag,
  choice,
  integer,
  list,
  number,
  orNone,
  positive,
  quietFlag,
  share,
  widths,
} from './flags';
import {
  defaultImageConfig,
  fitted,
  imageSetNames,
  isImageConfig,
  parseImageConfig,
  presetNamed,
  tasks,
  type ImageData,
  type ImageKind,
  type ImageRunConfig,
  type Task,
} from './image/config';
import { parseJson, readText } from './readText';

/** Flags of runs on tables and two-dimensional sets alone. */
interface TableFlags {
  readonly columns?: string[];
  readonly label?: string;
  readonly hidden?: number[];
  readonly noise?: number;
}

/** Flags of runs on images alone. */
interface ImageFlags {
  readonly task?: Task;
  readonly dataDir?: string;
  readonly preset?: string;
  readonly channels?: number[];
  readonly accumulate?: number;
  readonly optimizer?: string;
  readonly schedule?: string;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly ema?: number | 'none';
  readonly clip?: number | 'none';
  readonly shift?: number;
  readonly flip?: boolean;
  readonly validation?: number;
}

/** Flags of every run. */
interface CommonFlags {
  readonly dataset?: string;
  readonly data?: string;
  readonly config?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly blocks?: number[];
  readonly activation?: string;
  readonly coefficient?: number | 'none';
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly holdOut?: number;
  readonly densityWeight?: number;
}

/** The flags that decide a run: where the data come from, and settings over those of `--config` or the defaults. */
type ConfigFlags = CommonFlags & TableFlags & ImageFlags;

export interface TrainFlags extends ConfigFlags {
  readonly out: string;
  readonly resume?: string;
  readonly backend: BackendName;
  readonly threads: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What the flags ask for. A configuration for images depends on what the images are like. */
export type Request =
  | { readonly kind: 'table'; readonly config: RunConfig }
  | {
      readonly kind: 'images';
      readonly data: ImageData;
      readonly configure: (images: ImageKind) => ImageRunConfig;
    };

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

/** The options and the help of `iresnet train`. */
export function addTrainFlags(command: Command): Command {
  return command
    .description(
      'Train an i-ResNet and report on it: a density of a table or a two-dimensional set; a density, a classifier or both of images.',
    )
    .optionsGroup('Data:')
    .addOption(
      choice('--dataset <name>', 'a table or set that ships with the program, or a set of images', [
        ...embeddedNames,
        ...toy2dNames,
        ...imageSetNames,
      ]),
    )
    .option(
      '--data <path>',
      'a numeric CSV file, also .gz or .npy, or a folder with one folder of PNG images for each class',
    )
    .option(
      '--hold-out <share>',
      'share to judge on, of data without a test set (default: a third; images: 0.2)',
      share,
    )
    .optionsGroup('Training:')
    .option('--config <file>', 'start from the config.json of another run; flags win over it')
    .option('--resume <run>', 'go on with an interrupted run')
    .option(
      '--steps <n>',
      'optimizer steps (default: 1000 a table, 2000 a set or images, 700 digits)',
      integer(1),
    )
    .option('--seed <n>', 'seed of everything random (default: 1)', integer(0))
    .option(
      '--batch-size <n>',
      'rows or images a step (default: 256 a table, 500 a set, 64 images)',
      integer(2),
    )
    .option(
      '--learning-rate <r>',
      'peak learning rate (default: 0.002 a table, 0.005 a set, 0.003 images)',
      positive,
    )
    .option(
      '--density-weight <w>',
      'weight of the density beside the classes, of a model of both (default: 1)',
      number,
    )
    .optionsGroup('Model:')
    .option(
      '--blocks <n>',
      'residual blocks; for images of each scale, comma-separated (default: 8; 4,4)',
      widths,
    )
    .addOption(
      choice('--activation <name>', 'activation of the blocks (default: sin; images: elu)', activationNames),
    )
    .option(
      '--coefficient <c>',
      'bound of each layer’s spectral norm, below 1 (default: 0.98; images: 0.9); for images none is a plain ResNet',
      orNone(positive),
    )
    .optionsGroup('Tables:')
    .option('--columns <names>', 'columns of the file, comma-separated (default: all)', list)
    .option('--label <name>', 'a column of classes: the model also tells them; of iris: species')
    .option('--hidden <widths>', 'widths of the hidden layers, comma-separated (default: 64,64)', widths)
    .option(
      '--noise <s>',
      'noise on training rows, in deviations of each column (default: 0.1, or 0 for a set)',
      number,
    )
    .optionsGroup('Images:')
    .addOption(choice('--task <task>', 'density, classify, or hybrid: both (default: hybrid)', tasks))
    .option('--data-dir <folder>', 'where the files of --dataset are (default: downloaded into a cache)')
    .addOption(choice('--preset <name>', 'an architecture by name', iResNetPresetNames))
    .option(
      '--channels <list>',
      'hidden channels of each scale, comma-separated (default: of the preset)',
      widths,
    )
    .addOption(
      choice('--optimizer <name>', 'default: adamax for a density, else adam', ['adam', 'adamax', 'sgd']),
    )
    .addOption(choice('--schedule <name>', 'of the learning rate (default: cosine)', ['constant', 'cosine']))
    .option('--warmup <n>', 'steps in which the learning rate rises (default: 20)', integer(0))
    .option('--weight-decay <r>', 'decoupled weight decay (default: 0)', number)
    .option('--accumulate <n>', 'batches whose gradients make one step (default: 1)', integer(1))
    .option('--ema <d>', 'decay of the average of the weights, or none (default: 0.99)', orNone(number))
    .option('--clip <n>', 'longest gradient, or none (default: 10)', orNone(positive))
    .option(
      '--shift <n>',
      'shift training images by up to n pixels (default: 2 to classify, else 0)',
      integer(0),
    )
    .option('--flip', 'mirror training images at random')
    .option(
      '--validation <n>',
      'training images that draw the validation curve (default: 500 or a twentieth)',
      integer(0),
    )
    .optionsGroup('Running:')
    .option('--out <folder>', 'where numbered run folders go', 'runs')
    .addOption(backendFlag())
    .option('--threads <n>', 'threads of the backend', integer(1), 1)
    .option('--json', 'print the figures as JSON')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Without --dataset and --data it fits the 272 eruptions of the Old Faithful geyser.
Ctrl-C saves the run before it ends; --resume goes on as if it had never stopped, after a crash from the last save:
one every 30 seconds, or every $IRESNET_SAVE_SECONDS.

Examples:
  $ iresnet train                                   the geyser, about a minute
  $ iresnet train --dataset moons                   two moons, beside the true value
  $ iresnet train --data flowers.csv --steps 3000   any numeric table
  $ iresnet train --data flowers.csv --label species
  $ iresnet train --dataset digits                  one model that classifies and generates digits
  $ iresnet train --dataset mnist --data-dir mnist/ --task classify
  $ iresnet train --data photos/ --task density     a folder of PNG images
  $ iresnet train --config runs/001-faithful/config.json --seed 2
  $ iresnet train --resume runs/002-faithful

Through npm, flags follow two dashes: npm start -- --dataset moons`,
    );
}

/** Flags over a configuration file over the defaults of the data. */
export function resolveRequest(flags: TrainFlags): Request {
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

function imageRequest(
  chosen: ImageData | null,
  from: unknown,
  file: string | undefined,
  settings: Omit<ConfigFlags, 'dataset' | 'data' | 'config'>,
): Request {
  const base = from === null ? null : parseImageConfig(from, file!, 'argument');
  const data = chosen ?? base!.data;
  return {
    kind: 'images',
    data,
    configure(images) {
      const task = settings.task ?? base?.task ?? 'hybrid';
      const defaults = base ?? defaultImageConfig(task, data, images);
      const preset = settings.preset === undefined ? defaults.model : presetNamed(settings.preset);
      const { shift, flip, ema, clip, blocks, channels, activation, coefficient, ...rest } = settings;
      const {
        task: _task,
        dataDir: _dir,
        preset: _preset,
        columns: _c,
        label: _l,
        hidden: _h,
        noise: _n,
        ...plain
      } = rest;
      const model = fitted(preset, task, images);
      const config = {
        ...defaults,
        ...plain,
        task,
        data,
        ...(ema !== undefined && { emaDecay: orNull(ema) }),
        ...(clip !== undefined && { clipNorm: orNull(clip) }),
        augment: {
          ...defaults.augment,
          ...(shift !== undefined && { shift }),
          ...(flip !== undefined && { flip }),
        },
        model: {
          ...model,
          flow: {
            ...model.flow,
            scales: rescaled(model.flow.scales, blocks, channels),
            ...(activation !== undefined && { activation }),
            ...(coefficient !== undefined && { coefficient: orNull(coefficient) }),
          },
        },
      };
      return parseImageConfig(config, WHERE, 'argument');
    },
  };
}

const orNull = (value: number | 'none'): number | null => (value === 'none' ? null : value);

/** Scales with other numbers of blocks and channels. */
function rescaled(
  scales: ImageRunConfig['model']['flow']['scales'],
  blocks: readonly number[] | undefined,
  channels: readonly number[] | undefined,
) {
  const count = blocks?.length ?? channels?.length ?? scales.length;
  if (channels && channels.length !== count) {
    const what = `expected as many --channels as scales, ${count}, got ${channels.length}`;
    throw new IResNetError('argument', WHERE, what);
  }
  return Array.from({ length: count }, (_, i) => {
    const like = scales[Math.min(i, scales.length - 1)]!;
    return { ...like, ...(blocks && { blocks: blocks[i]! }), ...(channels && { channels: channels[i]! }) };
  });
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
  const embedded = embeddedNames.find((name) => name === dataset);
  if (embedded) return { kind: 'embedded', name: embedded, ...label };
  if (name !== undefined)
    throw new IResNetError('argument', WHERE, `expected --label with a table, got --dataset ${dataset}`);
  return { kind: 'toy', name: dataset };
}

function chosenImages(dataset?: string, path?: string, dir?: string): ImageData | null {
  const name = imageSetNames.find((set) => set === dataset);
  if (name) return { kind: 'set', name, ...(dir !== undefined && { dir }) };
  if (path === undefined) return null;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? { kind: 'folder', folder: path } : null;
}

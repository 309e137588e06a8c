import { IResNetError, type ErrorKind } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { datasetNames } from '@iresnet/datasets';
import {
  adaptPreset,
  iResNetPreset,
  iResNetPresetNames,
  parseIResNetConfig,
  type AdaptPresetOptions,
  type ImageIResNetConfig,
  type IResNetConfig,
  type IResNetPresetName,
} from '@iresnet/model';
import { z } from 'zod';
import { describeIssues } from '../config';
import { parseJson, readText } from '../readText';

/** What a model of images can be trained for. */
export const tasks = ['density', 'classify', 'hybrid'] as const;

/** The layout of `config.json` that this program writes, and the newest that it reads. */
const VERSION = 1;

const namedSet = z.strictObject({
  kind: z.literal('set'),
  name: z.enum(datasetNames('images')),
  /** Folder of files that are there already. */
  dir: z.string().optional(),
});
const folder = z.strictObject({ kind: z.literal('folder'), folder: z.string() });

/** Everything that decides a training run on images; what `config.json` of its run folder holds. */
const schema = z.strictObject({
  version: z.literal(VERSION).default(VERSION),
  task: z.enum(tasks),
  data: z.discriminatedUnion('kind', [namedSet, folder]),
  seed: z.int().min(0),
  steps: z.int().min(1),
  batchSize: z.int().min(2),
  /** Micro-batches whose gradients make one step. */
  accumulate: z.int().min(1),
  optimizer: z.enum(['adam', 'adamax', 'sgd']),
  learningRate: z.number().positive(),
  /** What becomes of the learning rate after the first steps. */
  schedule: z.enum(['constant', 'cosine']),
  /** Steps in which the learning rate rises from 0. */
  warmup: z.int().min(0),
  weightDecay: z.number().min(0),
  emaDecay: z.number().min(0).lt(1).nullable(),
  clipNorm: z.number().positive().nullable(),
  /** λ of the hybrid loss: cross entropy + λ (−ln p)/d. */
  densityWeight: z.number().min(0),
  /** Training images are shifted by up to so many pixels, and mirrored. */
  augment: z.strictObject({ shift: z.int().min(0), flip: z.boolean() }),
  /** Share of the images that is held out, for a set without test images of its own. */
  holdOut: z.number().gt(0).lt(1),
  /** Training images that draw the validation curve instead. */
  validation: z.int().min(0),
  model: z.unknown(),
});

/** A resolved training configuration. */
export type ImageRunConfig = Omit<z.infer<typeof schema>, 'model'> & { readonly model: ImageIResNetConfig };

/** Where the images come from. */
export type ImageData = ImageRunConfig['data'];

/** What a model of images was trained for. */
export type Task = ImageRunConfig['task'];

/** Whether the JSON of a configuration is one of images, right or wrong: it has a task or a model, which a table lacks. */
export function isImageConfig(value: unknown): value is object {
  return typeof value === 'object' && value !== null && ('task' in value || 'model' in value);
}

/**
 * Check a configuration.
 *
 * @param where - The file or the command line, for the message.
 * @param kind - `argument` for what a person wrote, `data` for a file of a run folder.
 * @throws IResNetError that lists every difference at once.
 */
export function parseImageConfig(value: unknown, where: string, kind: ErrorKind): ImageRunConfig {
  const parsed = schema.safeParse(value);
  const flaws = parsed.success ? [] : [describeIssues(parsed.error, schema, value)];
  let model: IResNetConfig | undefined;
  try {
    if (isImageConfig(value) && 'model' in value) model = parseIResNetConfig(value.model, 'model');
  } catch (error) {
    flaws.push((error as Error).message);
  }
  if (!parsed.success || !model) throw new IResNetError(kind, where, flaws.join('; '));
  if (model.kind !== 'image')
    throw new IResNetError(kind, where, `expected a model of kind image, got ${model.kind}`);
  if (parsed.data.task !== 'density' && model.head === null) {
    throw new IResNetError(
      kind,
      where,
      `expected a model with a head for the task ${parsed.data.task}, got none`,
    );
  }
  if (parsed.data.task !== 'classify' && model.flow.padding > 0) {
    const what = `expected a model without padding for the task ${parsed.data.task}: padded images have no density`;
    throw new IResNetError(kind, where, what);
  }
  return { ...parsed.data, model };
}

/** Read the configuration of a run folder. */
export function readImageConfig(file: string, kind: ErrorKind): ImageRunConfig {
  return parseImageConfig(parseJson(readText(file, 'a configuration file'), file), file, kind);
}

/** What the images of a set are like, as far as it decides defaults. */
export interface ImageKind {
  /** Images that are there to train on. */
  readonly count: number;
  readonly shape: readonly [number, number, number];
  readonly classes: number;
}

/** The architecture that a task gets by default on images of a kind. */
function defaultModel(task: Task, { shape, classes }: ImageKind): ImageIResNetConfig {
  const size = shape[0] === 8 ? 'digits' : shape[2] === 1 ? 'mnist' : 'cifar10';
  const names: Record<Task, Record<typeof size, IResNetPresetName>> = {
    density: {
      digits: 'mnist-density-small',
      mnist: 'mnist-density-small',
      cifar10: 'cifar10-density-small',
    },
    classify: {
      digits: 'digits-hybrid',
      mnist: 'mnist-classifier-small',
      cifar10: 'cifar10-classifier-small',
    },
    hybrid: { digits: 'digits-hybrid', mnist: 'mnist-hybrid-small', cifar10: 'cifar10-density-small' },
  };
  return adaptPreset(iResNetPreset(names[task][size]), headed(task, { shape, classes }));
}

/** What a configuration must be adapted to: only a density has no head. */
export function headed(task: Task, { shape, classes }: Omit<ImageKind, 'count'>): AdaptPresetOptions {
  return { shape, classes: task === 'density' ? null : classes };
}

/** A preset by the name that a person gave. */
export function presetNamed(name: string): ImageIResNetConfig {
  const known = iResNetPresetNames.find((preset) => preset === name);
  if (known) return iResNetPreset(known);
  const what = `expected one of ${iResNetPresetNames.join(', ')}, got ${name}${didYouMean(name, iResNetPresetNames)}`;
  throw new IResNetError('argument', '--preset', what);
}

/** Settings that work on two cores. */
export function defaultImageConfig(task: Task, data: ImageData, kind: ImageKind): ImageRunConfig {
  const digits = data.kind === 'set' && data.name === 'digits';
  return {
    version: VERSION,
    task,
    data,
    seed: 1,
    steps: digits ? 600 : 2000,
    batchSize: 64,
    accumulate: 1,
    // The official code trains densities with Adamax and 0.003.
    optimizer: task === 'density' ? 'adamax' : 'adam',
    learningRate: 0.003,
    schedule: 'cosine',
    warmup: 20,
    weightDecay: 0,
    emaDecay: 0.99,
    clipNorm: 10,
    densityWeight: 1,
    augment: { shift: digits || task !== 'classify' ? 0 : 2, flip: false },
    holdOut: 0.2,
    validation: digits ? 0 : Math.min(500, Math.floor(kind.count / 20)),
    model: defaultModel(task, kind),
  };
}

import { specKind } from '@iresnet/core/internal';
import type { ImageSet } from '@iresnet/datasets';
import { adaptPreset, iResNetPreset, type ImageIResNetConfig, type IResNetPresetName } from '@iresnet/model';
import type { Task } from './task';

/** What images are like, as far as it decides a recipe. */
export interface ImageKind {
  /** How many there are to train on. */
  readonly count: number;
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** Values that a pixel can have. Default 256. */
  readonly levels?: number;
  /** The share of values that are the least or the greatest level. Default 0. */
  readonly ends?: number;
}

/**
 * What a set of images is like, as far as it decides a recipe.
 *
 * @example
 * ```ts
 * import { digitImages } from '@iresnet/datasets';
 * import { imageKind } from '@iresnet/pipeline';
 *
 * console.log(imageKind(digitImages()).ends); // 0.58: most values are black or white
 * ```
 */
export function imageKind({ count, shape, classes, levels, images }: ImageSet): ImageKind {
  let ends = 0;
  for (const value of images) if (value === 0 || value === levels - 1) ends++;
  return {
    count,
    shape,
    classes: classes.length,
    levels,
    ends: images.length > 0 ? Number((ends / images.length).toPrecision(2)) : 0,
  };
}

/**
 * From this share of values on, the levels at the ends are dense. Photographs have some hundredths.
 */
const DENSE = 0.1;

/**
 * α of the logit in front of a density of images, which takes its pixels to all of ℝ.
 *
 * Where many values are the least or the greatest level, as in drawings and scans, such a level is
 * a narrow peak, and a contraction can hardly spread it. A logit with α far below the width 1/L of
 * a level spreads it over many units: α = 1/(64 L). Elsewhere α = 0.05, as of RealNVP
 * (arXiv 1605.08803).
 */
export function logitAlpha({ levels = 256, ends = 0 }: Pick<ImageKind, 'levels' | 'ends'>): number {
  return ends < DENSE ? 0.05 : Number((1 / (64 * levels)).toPrecision(2));
}

/** What {@link imageSettings} decides; see `Recipe`. */
export interface ImageSettings {
  readonly steps: number;
  readonly batchSize: number;
  readonly optimizer: 'adam';
  readonly learningRate: number;
  readonly warmup: number;
  readonly emaDecay: number;
  readonly densityWeight: number;
  readonly holdOut: number;
  readonly validation: number;
  readonly patience: number;
  readonly augment: { readonly shift: number; readonly flip: boolean };
  readonly model: ImageIResNetConfig;
}

/** The settings of a recipe that depend on the images and the task. */
export function imageSettings(task: Task, images: ImageKind): ImageSettings {
  const small = images.shape[0] === 8;
  const [holdOut, validation] = [0.2, Math.min(500, Math.floor(images.count / 20))];
  const training = images.count - heldOut(holdOut, images.count) - validation;
  return {
    steps: !small ? 2000 : task === 'classify' ? 600 : 400,
    batchSize: Math.max(2, Math.min(64, training)),
    optimizer: 'adam',
    learningRate: task === 'density' ? 0.004 : 0.003,
    warmup: 20,
    emaDecay: 0.99,
    // A hybrid with less of its density sooner knows its classes, with more of it the images.
    densityWeight: 3,
    holdOut,
    validation,
    // As many as there are validations: the best model is the result, but no run ends before its
    // time.
    patience: 20,
    augment: { shift: small || task !== 'classify' ? 0 : 2, flip: false },
    model: defaultModel(task, images),
  };
}

/**
 * How many of `count` images a share of them is, none or at least two: a standard error needs two.
 */
export function heldOut(share: number, count: number): number {
  return share === 0 ? 0 : Math.max(2, Math.round(share * count));
}

/** The preset that a task gets by default on images of a kind. */
function defaultModel(task: Task, images: ImageKind): ImageIResNetConfig {
  const { shape } = images;
  const size = shape[0] === 8 ? 'digits' : shape[2] === 1 ? 'mnist' : 'cifar10';
  const presets: Record<Task, Record<typeof size, IResNetPresetName>> = {
    density: {
      digits: 'mnist-density-logit',
      mnist: 'mnist-density-logit',
      cifar10: 'cifar10-density-logit',
    },
    classify: {
      digits: 'digits-hybrid',
      mnist: 'mnist-classifier-small',
      cifar10: 'cifar10-classifier-small',
    },
    hybrid: {
      digits: 'digits-hybrid-logit',
      mnist: 'mnist-hybrid-logit',
      cifar10: 'cifar10-hybrid-logit',
    },
  };
  return fittedPreset(iResNetPreset(presets[task][size]), task, images);
}

/**
 * A preset for images of a kind: of their size and classes, and where it begins with a logit, with
 * the α that {@link logitAlpha} has for them.
 *
 * @example
 * ```ts
 * import { digitImages } from '@iresnet/datasets';
 * import { iResNetPreset } from '@iresnet/model';
 * import { fittedPreset, imageKind } from '@iresnet/pipeline';
 *
 * const model = fittedPreset(iResNetPreset('mnist-density-logit'), 'density', imageKind(digitImages()));
 * console.log(model.flow.shape, model.flow.transform); // [ 8, 8, 1 ] and a logit with α = 0.00092
 * ```
 */
export function fittedPreset(preset: ImageIResNetConfig, task: Task, images: ImageKind): ImageIResNetConfig {
  const { shape, classes } = images;
  const model = adaptPreset(preset, { shape, classes: task === 'density' ? null : classes });
  if (specKind(model.flow.transform ?? 'none') !== 'logit') return model;
  const transform = { kind: 'logit', alpha: logitAlpha(images), low: -0.5 } as const;
  return { ...model, flow: { ...model.flow, transform } };
}

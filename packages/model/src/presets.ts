import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import type { ImageFlowConfig, ScaleConfig } from './imageFlowConfig';
import type { ImageIResNetConfig } from './iResNetConfig';

type Size = ImageFlowConfig['shape'];

const mnist = [28, 28, 1] as const;
const cifar = [32, 32, 3] as const;
const digits = [8, 8, 1] as const;

/** Five terms of the series, as in the official code. */
const fiveTerms = { kind: 'powerSeries', truncation: { kind: 'terms', terms: 5 } } as const;

/** All presets share this: the network of the paper. */
const shared = {
  initialSqueeze: false,
  padding: 0,
  squeezeOrder: 'offset-major',
  activation: 'elu',
  coefficient: 0.9,
  actNorm: true,
  // Four products a block, with far less bias than four terms of the series.
  logDet: { kind: 'arnoldi', products: 4 },
  base: 'diagonalNormal',
} as const;

/** Scales of so many blocks each, of so many hidden channels each. */
const scales = (
  blocks: readonly number[],
  channels: readonly number[],
  squeeze: readonly boolean[],
): ScaleConfig[] => blocks.map((n, i) => ({ blocks: n, channels: channels[i]!, squeeze: squeeze[i]! }));

/** A density with half of the channels leaving after each scale. */
const density = (shape: Size, at: ScaleConfig[]): ImageIResNetConfig => ({
  kind: 'image',
  flow: { ...shared, shape, scales: at, multiScale: true, logDet: fiveTerms },
  head: null,
});

/** A classifier with injective padding and a pooled head. */
const classifier = (
  shape: Size,
  padding: number,
  at: ScaleConfig[],
  initialSqueeze = false,
): ImageIResNetConfig => ({
  kind: 'image',
  flow: { ...shared, shape, initialSqueeze, padding, scales: at, multiScale: false },
  head: { classes: 10, pool: 'average' },
});

/** A density with a linear head on every latent value. */
const hybrid = (
  shape: Size,
  at: ScaleConfig[],
  activation: ImageFlowConfig['activation'] = shared.activation,
): ImageIResNetConfig => ({
  kind: 'image',
  flow: { ...shared, activation, shape, scales: at, multiScale: false },
  head: { classes: 10, pool: 'none' },
});

/**
 * With logit in front, c close to 1 and a 1×1 matrix before each block: densities that a
 * contraction reaches with few blocks.
 */
const behindLogit = {
  ...shared,
  coefficient: 0.98,
  linear: true,
  logDet: { kind: 'arnoldi', products: 3 },
  transform: { kind: 'logit', alpha: 0.05, low: -0.5 },
} as const;

/** A density behind logit. */
const logitDensity = (shape: Size, at: ScaleConfig[]): ImageIResNetConfig => ({
  kind: 'image',
  flow: { ...behindLogit, shape, scales: at, multiScale: true },
  head: null,
});

/** A density behind logit whose base has a component for each class. */
const logitHybrid = (shape: Size, at: ScaleConfig[]): ImageIResNetConfig => ({
  kind: 'image',
  flow: {
    ...behindLogit,
    shape,
    scales: at,
    multiScale: false,
    base: { kind: 'mixture', components: 10, spread: 0.5 },
  },
  head: { classes: 10, pool: 'bayes' },
});

/** The names that {@link iResNetPreset} takes. */
export type IResNetPresetName =
  | 'i-resnet-164'
  | 'mnist-classifier'
  | 'cifar10-density'
  | 'mnist-density-small'
  | 'mnist-classifier-small'
  | 'cifar10-density-small'
  | 'cifar10-classifier-small'
  | 'mnist-hybrid-small'
  | 'digits-hybrid'
  | 'digits-hybrid-logit'
  | 'mnist-density-logit'
  | 'mnist-hybrid-logit'
  | 'cifar10-density-logit'
  | 'cifar10-hybrid-logit';

const presets: Readonly<Record<IResNetPresetName, ImageIResNetConfig>> = {
  'i-resnet-164': classifier(cifar, 13, scales([18, 18, 18], [32, 64, 128], [false, true, true])),
  'mnist-classifier': classifier(mnist, 15, scales([7, 7, 7], [32, 64, 128], [false, true, false])),
  'cifar10-density': density(cifar, scales([16, 16, 16], [512, 512, 512], [true, true, true])),
  'mnist-density-small': density(mnist, scales([4, 4], [32, 32], [true, true])),
  'mnist-classifier-small': classifier(mnist, 4, scales([4, 4], [32, 64], [false, true]), true),
  'cifar10-density-small': density(cifar, scales([4, 4, 4], [32, 32, 32], [true, true, true])),
  'cifar10-classifier-small': classifier(cifar, 4, scales([3, 3], [32, 64], [false, true]), true),
  'mnist-hybrid-small': hybrid(mnist, scales([4, 4], [32, 64], [true, true])),
  // Sorting keeps the length of gradients, and on images as small as these it is quick.
  'digits-hybrid': hybrid(digits, scales([4, 4], [32, 64], [true, true]), 'maxMin'),
  'digits-hybrid-logit': logitHybrid(digits, scales([4, 4], [32, 64], [true, true])),
  'mnist-density-logit': logitDensity(mnist, scales([6, 6], [48, 64], [true, true])),
  'mnist-hybrid-logit': logitHybrid(mnist, scales([4, 4], [48, 64], [true, true])),
  'cifar10-density-logit': logitDensity(cifar, scales([4, 4, 4], [48, 64, 64], [true, true, true])),
  'cifar10-hybrid-logit': logitHybrid(cifar, scales([3, 3], [48, 64], [true, true])),
};

/** All names of presets. */
export const iResNetPresetNames = Object.keys(presets) as readonly IResNetPresetName[];

/**
 * A configuration of `iResNet` by name.
 *
 * Those of the paper (arXiv 1811.00995) and its code, for machines with a graphics card:
 * - `i-resnet-164`: the CIFAR-10 classifier, 18 + 18 + 18 blocks of 32, 64 and 128 channels, 13
 *   channels of padding.
 * - `mnist-classifier`: 21 blocks.
 * - `cifar10-density`: multi-scale, 16 + 16 + 16 blocks of 512 channels, five terms of the series.
 *
 * Small ones that train on two cores:
 * - `mnist-density-small`: multi-scale, 4 + 4 blocks of 32 channels, five terms of the series.
 * - `cifar10-density-small`: multi-scale, 4 + 4 + 4 blocks of 32 channels.
 * - `mnist-classifier-small`, `cifar10-classifier-small`: squeezed, padded, pooled head.
 * - `mnist-hybrid-small`, `digits-hybrid`: one scale, no padding, a linear head on every latent
 *   value: density and classes.
 *
 *
 * The defaults of the pipeline for densities, behind logit, with c = 0.98 and a trained 1×1 matrix
 * before each block; `logit` is made for photographs, with α = 0.05:
 * - `mnist-density-logit`, `cifar10-density-logit`: multi-scale.
 * - `digits-hybrid-logit`, `mnist-hybrid-logit`, `cifar10-hybrid-logit`: a base with a component
 *   for each class, so that a model classifies by Bayes' rule and draws by class.
 *
 * @throws IResNetError for an unknown name, with the nearest known one.
 *
 * @example
 * ```ts
 * import { iResNetPreset } from '@iresnet/model';
 *
 * console.log(iResNetPreset('i-resnet-164').flow.scales.length); // 3
 * ```
 */
export function iResNetPreset(name: IResNetPresetName): ImageIResNetConfig {
  if (!Object.hasOwn(presets, name)) {
    const what = `expected one of ${iResNetPresetNames.join(', ')}, got ${JSON.stringify(name)}`;
    throw new IResNetError(
      'argument',
      'model.iResNetPreset',
      what + didYouMean(String(name), iResNetPresetNames),
    );
  }
  return presets[name];
}

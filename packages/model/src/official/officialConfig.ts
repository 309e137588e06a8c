import { IResNetError } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import type { ActivationSpec } from '@iresnet/lipschitz';
import type { LogDetSpec } from '@iresnet/logdet';
import type { ScaleConfig } from '../imageFlowConfig';
import type { ImageIResNetConfig } from '../iResNetConfig';
import { officialBlocks, withoutDataParallel, type OfficialBlock, type OfficialTensors } from './tensors';

/** Options of {@link officialConfig}: the facts that the tensors of a checkpoint do not show. */
export interface OfficialConfigOptions {
  /**
   * `[h, w, c]` of the images. The official code has 32×32×3, also for MNIST, which it pads and
   * repeats.
   */
  readonly shape: readonly [number, number, number];
  /** c, `--coeff` of the official code. Default 0.9. */
  readonly coefficient?: number;
  /** `--nonlin` of the official code. Its `sorting` is our `maxMin`. Default `elu`. */
  readonly activation?: ActivationSpec;
  /** How log|det| is computed. Default: five terms of the series with one probe. */
  readonly logDet?: LogDetSpec;
  /** `--init_ds 2` of the official code. Needed only where the tensors allow both. */
  readonly initialSqueeze?: boolean;
  /**
   * Whether to take over the classifier. Default: if the network has one scale and the tensors
   * are there. The official code gives a classifier to densities too and does not train it. With
   * several scales it classifies by the last latent alone, which our head does not do.
   */
  readonly head?: boolean;
  /** The file, for the message of an error. */
  readonly where?: string;
}

/**
 * The configuration of an official i-ResNet, as the shapes of its tensors show it: blocks,
 * channels, squeezes, padding, scales, activation normalization, classes.
 *
 * Four times the channels show a squeeze, the lengths of the power iteration vectors show the
 * size of the images, and the length of the prior shows the padding.
 *
 * @param tensors - The state_dict, with the keys of PyTorch, with or without `module.` in front.
 * @throws IResNetError kind `data` when the tensors are not those of an i-ResNet on images of that
 * shape, kind `argument` for a wrong option.
 *
 * @example
 * ```ts
 * import { officialConfig } from '@iresnet/model/official';
 *
 * // Tensors as parseSafetensors reads them. The configuration needs only these.
 * const zeros = (...shape: number[]) => {
 *   return { shape, data: new Float32Array(shape.reduce((n, m) => n * m, 1)) };
 * };
 * const tensors = new Map([
 *   ['stack.0.bottleneck_block.0.weight_orig', zeros(8, 12, 3, 3)],
 *   ['stack.0.bottleneck_block.0.weight_v', zeros(12 * 4 * 4)],
 *   ['prior_mu', zeros(192)],
 * ]);
 * const { flow } = officialConfig(tensors, { shape: [8, 8, 3], initialSqueeze: true });
 * console.log(flow.scales); // [ { blocks: 1, channels: 8, squeeze: false } ]
 * ```
 *
 * @see https://github.com/jhjacobsen/invertible-resnet
 */
export function officialConfig(tensors: OfficialTensors, options: OfficialConfigOptions): ImageIResNetConfig {
  checkOptions('model.officialConfig', options, {
    shape: true,
    coefficient: true,
    activation: true,
    logDet: true,
    initialSqueeze: true,
    head: true,
    where: true,
  });
  const { shape, where = 'model.officialConfig', logDet, activation = 'elu', coefficient = 0.9 } = options;
  ensure(
    shape.length === 3 && shape.every((n) => Number.isInteger(n) && n > 0),
    'model.officialConfig',
    () => `expected shape [h,w,c], got [${shape}]`,
  );
  const state = withoutDataParallel(tensors);
  const blocks = officialBlocks(state);
  const multiScale = blocks[0]?.prefix.split('.').length === 5;
  const { start, padding } = startOf(blocks, state.get('prior_mu')?.shape[0], multiScale, options, where);
  const classes = multiScale || options.head === false ? undefined : state.get('logits.weight')?.shape[0];
  if (options.head && classes === undefined) {
    const got = multiScale ? 'several scales, of which it classifies by the last alone' : 'none';
    throw new IResNetError('data', where, `expected "logits.weight" of a network with one scale, got ${got}`);
  }
  return {
    kind: 'image',
    flow: {
      shape,
      initialSqueeze: start.initialSqueeze,
      padding,
      scales: scalesOf(blocks, start.channels, multiScale, where),
      multiScale,
      squeezeOrder: 'offset-major',
      activation,
      coefficient,
      actNorm: [...state.keys()].some((name) => name.endsWith('.actnorm._log_scale')),
      logDet: logDet ?? { kind: 'powerSeries', truncation: { kind: 'terms', terms: 5 } },
      base: 'diagonalNormal',
    },
    head: classes === undefined ? null : { classes, pool: 'average', momentum: 0.9 },
  };
}

/**
 * The way from images to the first block: each way of squeezing is tried, and one that fits is
 * taken.
 */
function startOf(
  blocks: readonly OfficialBlock[],
  latentSize: number | undefined,
  multiScale: boolean,
  { shape: [h, w, c], initialSqueeze: given }: OfficialConfigOptions,
  where: string,
) {
  const first = blocks[0];
  if (!first) {
    throw new IResNetError(
      'data',
      where,
      'expected "stack.N.bottleneck_block.0.weight_orig" or likewise with two stacks, got none',
    );
  }
  if (latentSize === undefined) {
    const what =
      'expected the tensor "prior_mu", whose size shows the padding (of a classifier too), got none';
    throw new IResNetError('data', where, what);
  }
  const ways = [false, true].flatMap((initialSqueeze) =>
    [false, true].map((squeeze) => {
      const pixels = initialSqueeze ? (h * w) / 4 : h * w;
      const channels = latentSize / pixels;
      const padding = channels - (initialSqueeze ? 4 * c : c);
      // With one scale a block squeezes inside, and its norms are measured at the size before.
      const measured = multiScale && squeeze ? pixels / 4 : pixels;
      const fits =
        measured === first.pixels &&
        first.channels === (squeeze ? 4 * channels : channels) &&
        Number.isInteger(padding) &&
        padding >= 0;
      return { start: { initialSqueeze, channels }, padding, fits };
    }),
  );
  const fitting = ways.filter(
    ({ fits, start }) => fits && start.initialSqueeze === (given ?? start.initialSqueeze),
  );
  const [way, other] = fitting;
  if (!way) {
    throw new IResNetError(
      'data',
      where,
      `expected a first block and a prior that fit images [${h},${w},${c}]${given === undefined ? '' : `, initialSqueeze ${given}`}, got ` +
        `${first.channels} channels measured on ${first.pixels} pixels and a prior of ${latentSize} values`,
    );
  }
  // Without padding both are the same function.
  if (other && way.padding > 0) {
    throw new IResNetError(
      'argument',
      where,
      'expected initialSqueeze, since the tensors fit with and without, got none',
    );
  }
  return way;
}

/**
 * Blocks in a row with the same channels are a scale. A scale begins with a squeeze if it has four
 * times the channels of the one before.
 */
function scalesOf(
  blocks: readonly OfficialBlock[],
  channels: number,
  multiScale: boolean,
  where: string,
): readonly ScaleConfig[] {
  const scales: { blocks: number; channels: number; squeeze: boolean }[] = [];
  let at = channels;
  let before: OfficialBlock | undefined;
  for (const block of blocks) {
    const begins = before?.scale !== block.scale; // with one scale, the first block
    if (multiScale && before && begins) at -= Math.floor(at / 2);
    const squeeze = block.channels === 4 * at && (begins || !multiScale);
    if (squeeze) at = block.channels;
    if (block.channels !== at) {
      const what = `${block.prefix}bottleneck_block: expected ${at} or ${4 * at} channels, got ${block.channels}`;
      throw new IResNetError('data', where, what);
    }
    if (multiScale ? begins : squeeze || before?.hidden !== block.hidden) {
      scales.push({ blocks: 0, channels: block.hidden, squeeze });
    }
    scales[scales.length - 1]!.blocks++;
    before = block;
  }
  return scales;
}

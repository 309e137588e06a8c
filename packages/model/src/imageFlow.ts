import type { Bijector, Rng, Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import {
  actNorm,
  chain,
  diagonalNormal,
  flow,
  injectivePad,
  multiScale,
  residualBlock,
  squeeze,
  standardNormal,
  type Flow,
  type ResidualBlock,
  type Scale,
  type SqueezeOptions,
} from '@iresnet/flows';
import { activation, activationWidening, conv2d, sequential, type ActivationName } from '@iresnet/lipschitz';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bitsPerDim } from './bitsPerDim';
import { logDetEstimator, type LogDetConfig } from './logDetConfig';

/** One scale of {@link imageFlow}. */
export interface ScaleConfig {
  /** Number of residual blocks. */
  readonly blocks: number;
  /** Hidden channels of each block. */
  readonly channels: number;
  /** Whether the scale begins by making each 2×2 block of pixels one pixel of four times the channels. */
  readonly squeeze: boolean;
}

/** The i-ResNet on images, as plain JSON. */
export interface ImageFlowConfig {
  /** `[h, w, c]` of one image. */
  readonly shape: readonly [number, number, number];
  /** Squeeze before everything else, also before the padding. */
  readonly initialSqueeze: boolean;
  /** Channels of zeros appended to the input. With any, the model is no density of images: for classifiers. */
  readonly padding: number;
  /** First to last. */
  readonly scales: readonly ScaleConfig[];
  /** Whether half of the channels leaves after each scale but the last. */
  readonly multiScale: boolean;
  /** Order of the channels that a squeeze makes. */
  readonly squeezeOrder: NonNullable<SqueezeOptions['order']>;
  /** The activation of the blocks. */
  readonly activation: ActivationName;
  /** c, the bound of each layer's spectral norm; null for none, and then the network is a plain ResNet without an inverse. */
  readonly coefficient: number | null;
  /** An ActNorm before each block. */
  readonly actNorm: boolean;
  /** How log|det| is computed. */
  readonly logDet: LogDetConfig;
  /** N(0, I), or N(μ, diag σ²) with trainable μ and σ. */
  readonly prior: 'standard' | 'learned';
}

/** A flow from images to vectors that remembers its configuration and its blocks. */
export interface ImageFlow extends Flow {
  readonly config: ImageFlowConfig;
  /** The residual blocks, first to last. */
  readonly blocks: readonly ResidualBlock[];
  /** Event shape of each block. */
  readonly blockShapes: readonly Shape[];
  /** Event shape of each latent, in the order in which they lie in the vector z. */
  readonly latents: readonly Shape[];
  /** {@link bitsPerDim} with d = h·w·c of the image, padding not counted: `[B]` nats → `[B]` bits. */
  bitsPerDim(logProb: Tensor, levels?: number): Tensor;
}

/**
 * The i-ResNet density on images: [squeeze →] [padding →] scales → latent vector, each scale [squeeze →] ([ActNorm →] x + g(x)) × blocks,
 * g = [σ –] conv 3×3 – σ – conv 1×1 – σ – conv 3×3, the very first block without the first σ.
 *
 * With `multiScale` the first half of the channels leaves after each scale but the last. The latent is one vector per example in either case:
 * what left, in that order, each image flattened. Images are expected in [−½, ½]: x = (byte + u)/256 − ½, u uniform in [0, 1).
 *
 * @param config - Plain JSON; the same configuration and the same parameters give the same model. {@link iResNetPreset} has some.
 * @param rng - Draws the start weights.
 * @returns The density. `logProb` and `encode` take `[B, h, w, c]`, `decode` `[B, d]`, `sample` gives images. `params`: those of the
 * pieces in their order under `bijector.`, of a learned prior under `base.`.
 * @throws IResNetError when a size is not positive, or a squeeze meets an odd height or width.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { imageFlow, iResNetPreset } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const scales = [1, 2].map((blocks) => ({ blocks, channels: 8, squeeze: true }));
 * const density = imageFlow({ ...iResNetPreset('mnist-density-small').flow, shape: [8, 8, 1], scales }, rng);
 * const x = rng.uniform([4, 8, 8, 1], -0.5, 0.5);
 * density.bitsPerDim(density.logProb(x, rng)).print(); // [4]
 * console.log(density.encode(x).shape); // [ 4, 64 ]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function imageFlow(config: ImageFlowConfig, rng: Rng): ImageFlow {
  check(config);
  const { shape, padding, squeezeOrder: order } = config;
  const logDet = logDetEstimator(config.logDet);
  const blocks: ResidualBlock[] = [];
  const blockShapes: Shape[] = [];
  let at = shape;
  const squeezed = (): Bijector => {
    const [h, w, c] = at;
    ensure(
      h % 2 === 0 && w % 2 === 0,
      'model.imageFlow',
      () => `expected an even height and width to squeeze, got [${at}] before block ${blocks.length}`,
    );
    at = [h / 2, w / 2, 4 * c];
    return squeeze({ order });
  };

  const before: Bijector[] = [];
  if (config.initialSqueeze) before.push(squeezed());
  if (padding > 0) {
    before.push(injectivePad(padding));
    at = [at[0], at[1], at[2] + padding];
  }
  const scales = config.scales.map((scale, i): Scale => {
    if (config.multiScale && i > 0) at = [at[0], at[1], at[2] - Math.floor(at[2] / 2)];
    const parts: Bijector[] = [];
    if (scale.squeeze) parts.push(squeezed());
    for (let n = 0; n < scale.blocks; n++) {
      const block = residualBlock(branch(config, scale.channels, at, blocks.length, rng), { logDet });
      if (config.actNorm) parts.push(actNorm(at));
      parts.push(block);
      blocks.push(block);
      blockShapes.push(at);
    }
    return { bijector: chain(...parts), outShape: at };
  });
  const whole: Scale[] = config.multiScale
    ? scales
    : [{ bijector: chain(...scales.map(({ bijector }) => bijector)), outShape: at }];
  const latents = whole.map(({ outShape }, i): Shape => {
    const leaving = i + 1 < whole.length ? Math.floor(outShape[2]! / 2) : outShape[2]!;
    return [...outShape.slice(0, 2), leaving];
  });
  const latent = [shape[0] * shape[1] * shape[2] + padding * pixels(config)];
  const prior = config.prior === 'learned' ? diagonalNormal(latent) : standardNormal(latent);
  return {
    ...flow(chain(...before, multiScale(whole)), prior, shape),
    config,
    blocks,
    blockShapes,
    latents,
    bitsPerDim: (logProb, levels) => bitsPerDim(logProb, shape, levels),
  };
}

/** g = [σ –] conv 3×3 – σ – conv 1×1 – σ – conv 3×3, `[h, w, c] → [h, w, c]`, of block `index`. */
function branch(
  config: ImageFlowConfig,
  hidden: number,
  [h, w, c]: readonly [number, number, number],
  index: number,
  rng: Rng,
): ReturnType<typeof sequential> {
  const source = rng.split(index);
  const conv = (i: number, inputs: number, outputs: number, kernelSize: number) =>
    conv2d({
      inputs,
      outputs,
      kernelSize,
      imageSize: [h, w],
      coefficient: config.coefficient ?? Infinity,
      rng: source.split(i),
    });
  const nonlinearity = () => activation(config.activation);
  const wider = activationWidening(config.activation);
  return sequential(
    ...(index > 0 ? [nonlinearity()] : []),
    conv(0, index > 0 ? wider * c : c, hidden, 3),
    nonlinearity(),
    conv(1, wider * hidden, hidden, 1),
    nonlinearity(),
    conv(2, wider * hidden, c, 3),
  );
}

/** Pixels where channels are padded. */
function pixels({ shape: [h, w], initialSqueeze }: ImageFlowConfig): number {
  return initialSqueeze ? (h * w) / 4 : h * w;
}

function check({ shape, padding, scales }: ImageFlowConfig): void {
  const count = (name: string, value: number, least: number): void =>
    ensure(
      Number.isInteger(value) && value >= least,
      'model.imageFlow',
      () => `expected ${name} ≥ ${least}, got ${value}`,
    );
  ['height', 'width', 'channels'].forEach((name, i) => count(name, shape[i]!, 1));
  count('padding', padding, 0);
  count('the number of scales', scales.length, 1);
  scales.forEach((scale, i) => {
    count(`blocks of scale ${i}`, scale.blocks, 1);
    count(`channels of scale ${i}`, scale.channels, 1);
  });
}

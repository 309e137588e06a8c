import { eventSize, type Bijector, type LipschitzMap, type Rng, type Shape } from '@iresnet/core';
import { checkOptions, checkRng, ensure } from '@iresnet/core/internal';
import { actNorm, chain, injectivePad, multiScale, squeeze, standardNormal } from '@iresnet/flows';
import { conv2d, elu, sequential } from '@iresnet/lipschitz';
import { arnoldi, krylovBias } from '@iresnet/logdet';
import { checkedRange } from './checkedRange';
import { flowModel, type FlowModel } from './flowModel';
import { checkCounts, checkMakers, flowOptionNames, type BranchPlace, type FlowOptions } from './flowOptions';
import type { ImageFlowConfig, ScaleConfig } from './imageFlowConfig';
import { outWidth } from './outWidth';

/** Options of {@link imageFlow}. */
export interface ImageFlowOptions extends FlowOptions {
  /** `[h, w, c]` of one image. */
  readonly shape: readonly [number, number, number];
  /** First to last. */
  readonly scales: readonly ScaleConfig[];
  /** Squeeze before everything else, also before the padding. Default false. */
  readonly initialSqueeze?: boolean;
  /**
   * Channels of zeros appended to the input, for classifiers. With any, the model is not a
   * density of images. Default 0.
   */
  readonly padding?: number;
  /** Whether half of the channels leaves after each scale but the last. Default false. */
  readonly multiScale?: boolean;
  /** Order of the channels that a squeeze makes. Default `offset-major`. */
  readonly squeezeOrder?: ImageFlowConfig['squeezeOrder'];
}

/**
 * The i-ResNet density on images: [transform →] [squeeze →] [padding →] scales → latent vector,
 * each scale [squeeze →] ([ActNorm →] x + g(x)) × blocks, with g = [σ –] conv 3×3 – σ – conv 1×1
 * – σ – conv 3×3. The very first block has no first σ.
 *
 * With `multiScale` the first half of the channels leaves after each scale but the last. The
 * latent is one vector per example in either case: what left, in that order, each image
 * flattened.
 *
 * Images are expected in [−½, ½]: x = (byte + u)/256 − ½ with u uniform in [0, 1). The first batch
 * that a flow sees is checked: bytes that were not scaled are refused. Other scalings, such as
 * (byte/255 − mean)/deviation, work too, but `bitsPerDim` is right for a range of length 1 alone.
 *
 * By default σ is `elu`, the coefficient 0.9, and log|det| four products of Arnoldi.
 *
 * @param options - The parts. They are values, not names, so a bundle holds only those in use;
 * `iResNet` takes names, as plain JSON.
 * @param rng - Draws the start weights.
 * @returns The density. `logProb` and `encode` take `[B, h, w, c]`, `decode` `[B, d]`, `sample`
 * gives images. `params`: those of the pieces in their order under `bijector.`, of a trained base
 * under `base.`.
 * @throws IResNetError for an unknown option, a size that is not positive, and when a squeeze
 * meets an odd height or width; from `logProb` and `encode` for a first batch far outside of the
 * range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { imageFlow } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const scales = [1, 2].map((blocks) => ({ blocks, channels: 8, squeeze: true }));
 * const density = imageFlow({ shape: [8, 8, 1], scales, multiScale: true }, rng);
 * const x = rng.uniform([4, 8, 8, 1], -0.5, 0.5);
 * density.bitsPerDim(density.logProb(x, rng)).print(); // [4]
 * console.log(density.encode(x).shape); // [ 4, 64 ]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function imageFlow(options: ImageFlowOptions, rng: Rng): FlowModel {
  const where = 'model.imageFlow';
  check(where, options);
  checkRng(where, rng);
  const { shape, padding = 0, activation = elu, coefficient = 0.9, base = standardNormal } = options;
  const branch = options.branch ?? ((place) => bottleneck(place, activation, coefficient));
  const branches: { map: LipschitzMap; shape: Shape }[] = [];
  let at = shape;
  const squeezed = (): Bijector => {
    const [h, w, c] = at;
    ensure(
      h % 2 === 0 && w % 2 === 0,
      where,
      () => `expected an even height and width to squeeze, got [${at}] before block ${branches.length}`,
    );
    at = [h / 2, w / 2, 4 * c];
    return squeeze({ order: options.squeezeOrder ?? 'offset-major' });
  };

  const before: Bijector[] = options.transform ? [options.transform] : [];
  if (options.initialSqueeze) before.push(squeezed());
  if (padding > 0) {
    before.push(injectivePad(padding));
    at = [at[0], at[1], at[2] + padding];
  }
  const latent = [eventSize(at)];
  /** The parts of each scale; a number stands for a block. */
  const scales = options.scales.map((scale, i) => {
    if (options.multiScale && i > 0) at = [at[0], at[1], at[2] - Math.floor(at[2] / 2)];
    const parts: (Bijector | number)[] = [];
    if (scale.squeeze) parts.push(squeezed());
    const hidden = [scale.channels, scale.channels];
    for (let n = 0; n < scale.blocks; n++) {
      const index = branches.length;
      if (options.actNorm !== false) parts.push(actNorm(at));
      const place = { index, shape: at, hidden, rng: rng.split(index) };
      if (options.beforeBlock) parts.push(options.beforeBlock(place));
      parts.push(index);
      branches.push({ map: branch(place), shape: at });
    }
    return { parts, outShape: at };
  });
  /** Where latents leave. */
  const ends = options.multiScale ? scales.map(({ outShape }) => outShape) : [at];
  const pieces = {
    shape,
    branches,
    join(blocks: readonly Bijector[]) {
      const stages = scales.map(({ parts }) =>
        chain(...parts.map((part) => (typeof part === 'number' ? blocks[part]! : part))),
      );
      const bijectors = options.multiScale ? stages : [chain(...stages)];
      const joined = bijectors.map((bijector, i) => ({ bijector, outShape: ends[i]! }));
      return checkedRange(chain(...before, multiScale(joined)));
    },
    base: base(latent),
    latents: ends.map(([h, w, c], i) => [h, w, i + 1 < ends.length ? Math.floor(c / 2) : c]),
  };
  return flowModel(pieces, {
    logDet: options.logDet ?? arnoldi({ products: PRODUCTS }),
    logDetBias: options.logDetBias ?? (options.logDet ? null : (l, d) => krylovBias(l, d, PRODUCTS)),
    solver: options.solver,
  });
}

/** Products of Arnoldi where no estimator is given. */
const PRODUCTS = 4;

/** g = [σ –] conv 3×3 – σ – conv 1×1 – … – σ – conv 3×3, `[h, w, c] → [h, w, c]`. */
function bottleneck(
  { index, shape, hidden, rng }: BranchPlace,
  activation: () => LipschitzMap,
  coefficient: number | null,
): LipschitzMap {
  const [h, w, c] = shape as [number, number, number];
  const layers: LipschitzMap[] = [];
  let inputs = c;
  [...hidden, c].forEach((outputs, i) => {
    if (index > 0 || i > 0) {
      const sigma = activation();
      inputs = outWidth(sigma, [h, w, inputs]);
      layers.push(sigma);
    }
    layers.push(
      conv2d({
        inputs,
        outputs,
        kernelSize: i === 0 || i === hidden.length ? 3 : 1,
        imageSize: [h, w],
        coefficient: coefficient ?? Infinity,
        rng: rng.split(i),
      }),
    );
    inputs = outputs;
  });
  return sequential(...layers);
}

function check(where: string, options: ImageFlowOptions): void {
  checkOptions(where, options, {
    ...flowOptionNames,
    shape: true,
    scales: true,
    initialSqueeze: true,
    padding: true,
    multiScale: true,
    squeezeOrder: true,
  });
  checkMakers(where, options);
  const { shape, scales, padding = 0 } = options;
  ensure(
    Array.isArray(shape) && shape.length === 3 && shape.every((n) => Number.isInteger(n) && n > 0),
    where,
    () => `expected shape [h,w,c] of positive integers, got ${String(shape)}`,
  );
  checkCounts(where, { padding }, 0);
  ensure(
    Array.isArray(scales) && scales.length > 0,
    where,
    () => `expected scales as a list of at least 1, got ${String(scales)}`,
  );
  scales.forEach((scale: ScaleConfig, i) => {
    checkOptions(`${where}, scale ${i}`, scale, { blocks: true, channels: true, squeeze: true });
    checkCounts(where, {
      [`blocks of scale ${i}`]: scale.blocks,
      [`channels of scale ${i}`]: scale.channels,
    });
  });
}

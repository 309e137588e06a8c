import type { Bijector, LipschitzMap, Rng } from '@iresnet/core';
import { checkOptions, checkRng, ensure } from '@iresnet/core/internal';
import { actNorm, chain, standardNormal, type ResidualBlock } from '@iresnet/flows';
import { dense, sequential, sin } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { flowModel, type BlockMethods, type FlowModel, type FlowPieces } from './flowModel';
import { checkCounts, checkMakers, flowOptionNames, type BranchPlace, type FlowOptions } from './flowOptions';
import { outWidth } from './outWidth';

/** Options of {@link denseFlow}. */
export interface DenseFlowOptions extends FlowOptions {
  /** d, values of one example. */
  readonly dimension: number;
  /** Number of residual blocks. Default 8. */
  readonly blocks?: number;
  /** Widths of the hidden layers of each block. Default `[64, 64]`. */
  readonly hidden?: readonly number[];
  /**
   * Brings the columns to mean 0 and deviation 1, as `standardize(mean, deviation)` of
   * `@iresnet/flows` does, so that the density is in the units of the data. It applies after the
   * transform.
   */
  readonly standardize?: Bijector;
}

/** More dimensions than this need a `logDet` by name: d products a block are no default there. */
const EXACT_DIMENSIONS = 64;

/**
 * The i-ResNet density on vectors: [transform →] [standardize →] (ActNorm → x + g(x)) × blocks
 * → ActNorm → base, with g = dense – σ – … – dense.
 *
 * By default σ is `sin`, the coefficient 0.98, and log|det| exact, by d products per block. From
 * about 16 dimensions on an unbiased estimate costs less, as
 * `powerSeries({ truncation: russianRoulette({ exactTerms: 8 }) })` of `@iresnet/logdet`. Above
 * 64 dimensions there is no default: a bundle holds only the parts in use.
 *
 * @param options - The parts. They are values, not names, so a bundle holds only those in use;
 * `iResNet` takes names, as plain JSON.
 * @param rng - Draws the start weights.
 * @returns The density. `logProb` and `encode` take `[B, d]`. `params`: those of the pieces in
 * their order under `bijector.`, of a trained base under `base.`.
 * @throws IResNetError for an unknown option, a size that is not positive, without an rng, and for
 * many dimensions without `logDet`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { denseFlow } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const density = denseFlow({ dimension: 2, blocks: 2 }, rng);
 * density.logProb(rng.normal([4, 2]), rng).print(); // nats, [4]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function denseFlow(options: DenseFlowOptions, rng: Rng): FlowModel {
  return flowModel(...densePieces('model.denseFlow', options, rng));
}

/** What a flow on vectors is made of. */
export function densePieces(
  where: string,
  options: DenseFlowOptions,
  rng: Rng,
): [pieces: FlowPieces, methods: BlockMethods] {
  checkOptions(where, options, {
    ...flowOptionNames,
    dimension: true,
    blocks: true,
    hidden: true,
    standardize: true,
  });
  checkMakers(where, options);
  checkRng(where, rng);
  const { dimension, blocks: count = 8, hidden = [64, 64], activation = sin, coefficient = 0.98 } = options;
  checkCounts(where, {
    dimension,
    blocks: count,
    ...Object.fromEntries(hidden.map((n, i) => [`hidden ${i}`, n])),
  });
  ensure(
    options.logDet !== undefined || dimension <= EXACT_DIMENSIONS,
    where,
    () => `expected logDet above ${EXACT_DIMENSIONS} dimensions, such as powerSeries(), got none`,
  );
  const { logDet = exact() } = options;
  const shape = [dimension];
  const { beforeBlock } = options;
  const branch = options.branch ?? ((place) => plain(place, activation, coefficient));
  const norm = (): Bijector[] => (options.actNorm === false ? [] : [actNorm(shape)]);
  const places = Array.from({ length: count }, (_, index) => ({
    index,
    shape,
    hidden,
    rng: rng.split(index),
  }));
  const branches = places.map((place) => ({ map: branch(place), shape }));
  const before = places.map((place) => [...norm(), ...(beforeBlock ? [beforeBlock(place)] : [])]);
  const last = norm();
  const { standardize: table, base = standardNormal, transform } = options;
  const first = [...(transform ? [transform] : []), ...(table ? [table] : [])];
  const inner = (blocks: readonly ResidualBlock[]): Bijector[] => [
    ...blocks.flatMap((block, i) => [...before[i]!, block]),
    ...last,
  ];
  return [
    {
      shape,
      branches,
      join: (blocks) => chain(...first, ...inner(blocks)),
      ...(table && !transform && { joinStandardized: (blocks) => chain(...inner(blocks)) }),
      base: base(shape),
      latents: [shape],
    },
    {
      logDet,
      logDetBias: options.logDetBias ?? (options.logDet ? null : () => 0),
      solver: options.solver,
    },
  ];
}

/** g = dense – σ – dense – … – dense, `[d] → [d]`. */
function plain(
  { shape, hidden, rng }: BranchPlace,
  activation: () => LipschitzMap,
  coefficient: number | null,
): LipschitzMap {
  const [d] = shape as [number];
  const layers: LipschitzMap[] = [];
  let inputs = d;
  [...hidden, d].forEach((outputs, i) => {
    if (i > 0) {
      const sigma = activation();
      inputs = outWidth(sigma, [inputs]);
      layers.push(sigma);
    }
    layers.push(dense({ inputs, outputs, coefficient: coefficient ?? Infinity, rng: rng.split(i) }));
    inputs = outputs;
  });
  return sequential(...layers);
}

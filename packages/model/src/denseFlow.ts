import type { Bijector, LipschitzMap, Rng, Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import {
  actNorm,
  chain,
  flow,
  residualBlock,
  standardize,
  standardNormal,
  type Flow,
  type ResidualBlock,
} from '@iresnet/flows';
import { activation, activationWidening, dense, sequential, type ActivationName } from '@iresnet/lipschitz';
import { logDetEstimator, type LogDetConfig } from './logDetConfig';

/** The i-ResNet on vectors, as plain JSON. */
export interface DenseFlowConfig {
  /** d, values of one example. */
  readonly dimension: number;
  /** Number of residual blocks. */
  readonly blocks: number;
  /** Widths of the hidden layers of each block. */
  readonly hidden: readonly number[];
  /** The activation between the layers. */
  readonly activation: ActivationName;
  /** c, the bound of each layer's spectral norm; null for none, and then the network is a plain ResNet without an inverse. */
  readonly coefficient: number | null;
  /** An ActNorm before each block and one at the end. */
  readonly actNorm: boolean;
  /** How log|det| is computed. */
  readonly logDet: LogDetConfig;
  /** Mean and deviation of each column, so that the density is in the data's own units. */
  readonly standardize?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
}

/** A flow that remembers its configuration and its blocks. */
export interface DenseFlow extends Flow {
  readonly config: DenseFlowConfig;
  /** The residual blocks, first to last. */
  readonly blocks: readonly ResidualBlock[];
  /** Event shape of each block: `[d]`. */
  readonly blockShapes: readonly Shape[];
  /** Event shape of each latent within z: `[[d]]`. */
  readonly latents: readonly Shape[];
}

/**
 * The i-ResNet density on vectors: [standardize →] (ActNorm → x + g(x)) × blocks → ActNorm → N(0, I), g = dense – σ – … – dense.
 *
 * @param config - Plain JSON; the same configuration and the same parameters give the same model.
 * @param rng - Draws the start weights.
 * @throws IResNetError when a size is not positive.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { denseFlow, denseFlowDefaults } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const density = denseFlow({ ...denseFlowDefaults(2), blocks: 2 }, rng);
 * density.logProb(rng.normal([4, 2]), rng).print(); // nats, [4]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function denseFlow(config: DenseFlowConfig, rng: Rng): DenseFlow {
  const { dimension, blocks: count, standardize: table } = config;
  for (const [name, size] of Object.entries({ dimension, blocks: count })) {
    ensure(Number.isInteger(size) && size > 0, 'model.denseFlow', () => `expected ${name} ≥ 1, got ${size}`);
  }
  const logDet = logDetEstimator(config.logDet);
  const blocks = Array.from({ length: count }, (_, i) =>
    residualBlock(branch(config, rng.split(i)), { logDet }),
  );
  const parts: Bijector[] = [];
  if (table) parts.push(standardize(table.mean, table.deviation));
  for (const block of blocks) {
    if (config.actNorm) parts.push(actNorm([dimension]));
    parts.push(block);
  }
  if (config.actNorm) parts.push(actNorm([dimension]));
  return {
    ...flow(chain(...parts), standardNormal([dimension])),
    config,
    blocks,
    blockShapes: blocks.map(() => [dimension]),
    latents: [[dimension]],
  };
}

/** What works on two-dimensional sets and small tables. */
export function denseFlowDefaults(dimension: number): DenseFlowConfig {
  return {
    dimension,
    blocks: 8,
    hidden: [64, 64],
    activation: 'sin',
    coefficient: 0.98,
    actNorm: true,
    // Beyond a few columns d products cost more than an unbiased estimate.
    logDet: dimension <= 16 ? { kind: 'exact' } : { kind: 'russianRoulette', exactTerms: 8, samples: 1 },
  };
}

/** g = dense – σ – dense – … – dense, `[d] → [d]`. */
function branch(config: DenseFlowConfig, rng: Rng): LipschitzMap {
  const { dimension, hidden, coefficient } = config;
  const widths = [dimension, ...hidden, dimension];
  const layers: LipschitzMap[] = [];
  for (let i = 0; i + 1 < widths.length; i++) {
    if (i > 0) layers.push(activation(config.activation));
    layers.push(
      dense({
        inputs: widths[i]! * (i > 0 ? activationWidening(config.activation) : 1),
        outputs: widths[i + 1]!,
        coefficient: coefficient ?? Infinity,
        rng: rng.split(i),
      }),
    );
  }
  return sequential(...layers);
}

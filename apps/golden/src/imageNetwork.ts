import { concat, reshape, split, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { eventSize, type LogDetEstimator, type Bijector } from '@iresnet/core';
import {
  chain,
  diagonalNormal,
  flow,
  injectivePad,
  multiScale,
  squeeze,
  type BaseDistribution,
  type Flow,
} from '@iresnet/flows';
import { assembled, loadBlock, type Block } from './block';
import type { GoldenCase } from './goldenCase';
import { load, type Size } from './layer';
import { channelsFirst, channelsLast } from './layout';
import { isRecord, listIn, numberIn, stringIn } from './manifest';
import { activationName } from './network';

/** A convolutional density with its official parameters, and the pieces that it is made of. */
export interface ImageNetwork {
  readonly blocks: readonly Block[];
  /** Of each block, such as `stack.0.stack.1.`. */
  readonly prefixes: readonly string[];
  readonly prior: BaseDistribution;
  /** What comes before the first block. */
  readonly before: readonly Bijector[];
  /** Everything with one estimator a block and so many plain steps of every inverse. */
  assemble(logDet: (block: number) => LogDetEstimator, steps?: number): Flow;
  /** Official shape of each latent, `[c, h, w]`. */
  readonly latents: readonly (readonly number[])[];
  /** Trainable variables by their official name. */
  readonly trainable: ReadonlyMap<string, Variable>;
}

/** Every piece of a convolutional density, in the order of the official code. */
export function loadImageNetwork(golden: GoldenCase): ImageNetwork {
  const { config } = golden;
  const [channels, ...size] = listIn(config, 'in_shape') as readonly [number, number, number];
  const padding = numberIn(config, 'inj_pad');
  const strides = listIn(config, 'nStrides') as readonly number[];
  const described = listIn(config, 'blocks').filter(isRecord);
  const prefixes = described.map((block) => `${stringIn(block, 'state_prefix')}.`);
  const splits = isMultiScale(golden);

  let at: readonly number[] = [...size, channels];
  const half = ([h, w, c]: readonly number[]): number[] => [h! / 2, w! / 2, 4 * c!];
  const before: Bijector[] = [];
  if (squeezesFirst(golden)) {
    before.push(squeeze());
    at = half(at);
  }
  if (padding > 0) {
    before.push(injectivePad(padding));
    at = [at[0]!, at[1]!, at[2]! + padding];
  }
  const blocks: Block[] = [];
  const scales = (listIn(config, 'nBlocks') as readonly number[]).map((count, i) => {
    if (splits && i > 0) at = [at[0]!, at[1]!, at[2]! - Math.floor(at[2]! / 2)];
    const first = blocks.length;
    for (let n = 0; n < count; n++) {
      const squeezes = n === 0 && strides[i] === 2;
      // A block that squeezes inside has its norms measured at the size before.
      const inside = numberIn(described[blocks.length]!, 'stride') === 2;
      if (squeezes) at = half(at);
      const imageSize: Size = [at[0]!, at[1]!];
      blocks.push(
        loadBlock(golden, `state.${prefixes[blocks.length]}`, {
          coefficient: numberIn(config, 'coeff'),
          activation: activationName(stringIn(config, 'nonlin')),
          imageSize,
          normSize: inside ? [2 * imageSize[0], 2 * imageSize[1]] : imageSize,
          squeezes,
        }),
      );
    }
    return { first, end: blocks.length, outShape: at };
  });

  const latents = golden.names(/^(zs\.\d+|z)$/).map((name) => golden.manifest.tensors[name]!.shape.slice(1));
  const prior = diagonalNormal([latents.reduce((total, shape) => total + eventSize(shape), 0)]);
  load(prior.params, {
    mean: toOurs(reshape(golden.tensor('state.prior_mu'), [1, -1]), latents),
    logStd: toOurs(reshape(golden.tensor('state.prior_logstd'), [1, -1]), latents),
  });
  const trainable = new Map([
    ['prior_mu', prior.params['mean']!],
    ['prior_logstd', prior.params['logStd']!],
    ...blocks.flatMap((block, i) =>
      [...block.trainable].map(([name, v]): [string, Variable] => [prefixes[i]! + name, v]),
    ),
  ]);
  return {
    blocks,
    prefixes,
    prior,
    before,
    latents,
    trainable,
    assemble(logDet, steps = 1) {
      const parts = scales.map(({ first, end, outShape }) => ({
        bijector: chain(
          ...blocks.slice(first, end).map((block, n) => assembled(block, logDet(first + n), steps)),
        ),
        outShape,
      }));
      const whole = splits
        ? parts
        : [{ bijector: chain(...parts.map(({ bijector }) => bijector)), outShape: at }];
      return flow(chain(...before, multiScale(whole)), prior, [...size, channels]);
    },
  };
}

/** Whether half of the channels leaves after each scale but the last. */
export function isMultiScale({ config }: GoldenCase): boolean {
  return config['kind'] === 'multiscale';
}

/** Whether everything begins with a squeeze. */
export function squeezesFirst({ config }: GoldenCase): boolean {
  return config['init_squeeze'] === true || config['init_ds'] === 2;
}

/** Our latent vectors `[n, d]` → the official latents, `[n, c, h, w]` each. */
export function imagesOf(z: Tensor, latents: readonly (readonly number[])[]): Tensor[] {
  return split(z, latents.map(eventSize), 1).map((part, i) => {
    const [c, h, w] = latents[i] as readonly [number, number, number];
    return channelsFirst(reshape(part, [z.shape[0]!, h, w, c]));
  });
}

/** Official latents, flattened and concatenated, `[n, d]` → our latent vectors. */
export function toOurs(z: Tensor, latents: readonly (readonly number[])[]): Tensor {
  const batch = z.shape[0]!;
  return concat(
    split(z, latents.map(eventSize), 1).map((part, i) =>
      reshape(channelsLast(reshape(part, [batch, ...latents[i]!])), [batch, -1]),
    ),
    1,
  );
}

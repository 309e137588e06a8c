import { ones, type Variable } from '@tensorflow/tfjs-core';
import type { Bijector, LogDetEstimator } from '@iresnet/core';
import { actNorm, chain, residualBlock, squeeze } from '@iresnet/flows';
import { picard } from '@iresnet/inversion';
import type { GoldenCase } from './goldenCase';
import { CONV_EPSILON, load, type Size } from './layer';
import { loadBranch, type BranchOptions, type LoadedBranch } from './network';

/** What the official state calls the branch of a block. */
export const BRANCH = 'bottleneck_block.';

/**
 * A convolutional residual block with official parameters: [squeeze →] [activation normalisation →]
 * x + g(x).
 */
export interface Block {
  readonly branch: LoadedBranch;
  readonly squeezing: Bijector | null;
  readonly normalisation: Bijector | null;
  /** What comes before the branch, which is everything but x + g(x). */
  readonly before: readonly Bijector[];
  /** Trainable variables by their official name in the block. */
  readonly trainable: ReadonlyMap<string, Variable>;
}

/** What a case says about a block besides the tensors. */
export interface BlockOptions extends BranchOptions {
  /** Rows and columns that the branch works on, after the squeeze. */
  readonly imageSize: Size;
  readonly squeezes: boolean;
}

/**
 * The block whose official tensors have the names `PREFIX bottleneck_block.…` and
 * `PREFIX actnorm.…`.
 */
export function loadBlock(golden: GoldenCase, prefix: string, { squeezes, ...options }: BlockOptions): Block {
  const branch = loadBranch(
    golden,
    prefix + BRANCH,
    { ...options, epsilon: CONV_EPSILON },
    { weight: 'weight_orig', u: 'weight_u', v: 'weight_v' },
  );
  const trainable = new Map([...branch.trainable].map(([name, v]) => [BRANCH + name, v]));
  const squeezing = squeezes ? squeeze() : null;
  let normalisation: Bijector | null = null;
  if (golden.config['actnorm'] === true) {
    const logScale = golden.tensor(`${prefix}actnorm._log_scale`);
    normalisation = actNorm([...options.imageSize, logScale.size]);
    const { params } = normalisation;
    load(params, { logScale, shift: golden.tensor(`${prefix}actnorm._shift`), initialized: ones([1]) });
    trainable.set('actnorm._log_scale', params['logScale']!);
    trainable.set('actnorm._shift', params['shift']!);
  }
  const before = [squeezing, normalisation].filter((part) => part !== null);
  return { branch, squeezing, normalisation, before, trainable };
}

/**
 * The whole block with an estimator of its log-determinant and so many steps of the plain
 * iteration.
 */
export function assembled({ before, branch }: Block, logDet: LogDetEstimator, steps = 1): Bijector {
  const solve = {
    solver: picard(),
    rtol: 0,
    atol: Number.MIN_VALUE,
    maxSteps: steps,
    onFailure: 'return',
  } as const;
  return chain(...before, residualBlock(branch.map, { logDet, solve }));
}

/** Free the variables of a block. */
export function disposeBlock({ branch, normalisation }: Block): void {
  branch.map.dispose();
  normalisation?.dispose();
}

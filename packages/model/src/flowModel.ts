import type { Tensor } from '@tensorflow/tfjs-core';
import type { Bijector, LipschitzMap, LogDetEstimator, Shape } from '@iresnet/core';
import {
  flow,
  residualBlock,
  type BaseDistribution,
  type Chain,
  type Flow,
  type ResidualBlock,
} from '@iresnet/flows';
import type { FixedPointSolver } from '@iresnet/inversion';
import { bitsPerDim } from './bitsPerDim';

/**
 * Largest bias of an estimate of log|det|, nats, for a Jacobian with norm at most L < 1 on d
 * dimensions.
 */
export type LogDetBias = (lipschitz: number, dimension: number) => number;

/** A flow of residual blocks that knows its parts. */
export interface FlowModel extends Flow {
  /** Event shape of an input. */
  readonly shape: Shape;
  /**
   * The bijectors of the flow, first to last: fixed maps, ActNorm and blocks. `encode` is their
   * `forward`, one after the other, so the way of a point can be followed.
   */
  readonly parts: readonly Bijector[];
  /** The residual blocks, first to last. */
  readonly blocks: readonly ResidualBlock[];
  /** Event shape of each block. */
  readonly blockShapes: readonly Shape[];
  /** Event shape of each latent, in the order in which they lie in the vector z. */
  readonly latents: readonly Shape[];
  /** Largest bias of the estimate of log|det| in one block; null where it is not known. */
  readonly logDetBias: LogDetBias | null;
  /** −ln p/(d ln 2) + log₂ levels, `[B]` nats → `[B]` bits; d counts the values of an input. */
  bitsPerDim(logProb: Tensor, levels?: number): Tensor;
  /**
   * The same flow with another estimate of log|det|. Both have the same variables: training one
   * trains the other, and disposing one disposes both.
   *
   * @param bias - Its largest bias, for certificates.
   */
  withLogDet(logDet: LogDetEstimator, bias?: LogDetBias): FlowModel;
  /**
   * The same flow, with the same variables, on vectors that are standardized already; null where
   * the flow does not begin by standardizing them.
   */
  withoutStandardize(): FlowModel | null;
  /**
   * The same flow at contexts, where it depends on them. Without a context it has its bounds and
   * its certificate, which hold for all of them, and refuses batches.
   */
  at?(context: Tensor): FlowModel;
}

/** How the blocks of a flow are computed. No parameter depends on it. */
export interface BlockMethods {
  readonly logDet: LogDetEstimator;
  readonly logDetBias: LogDetBias | null;
  readonly solver: FixedPointSolver | undefined;
}

/** The pieces of a flow, before blocks are made of its branches. */
export interface FlowPieces {
  readonly shape: Shape;
  /** The residual branches, first to last, each with its event shape. */
  readonly branches: readonly { readonly map: LipschitzMap; readonly shape: Shape }[];
  /** Put the blocks, one for each branch, where they belong. */
  join(blocks: readonly ResidualBlock[]): Bijector;
  /** The same without the standardization, where the flow begins with one. */
  joinStandardized?(blocks: readonly ResidualBlock[]): Bijector;
  readonly base: BaseDistribution;
  readonly latents: readonly Shape[];
}

/** Make blocks of the branches, and a flow of everything. */
export function flowModel(pieces: FlowPieces, methods: BlockMethods): FlowModel {
  const { shape, branches, base, latents } = pieces;
  const { logDet, logDetBias, solver } = methods;
  const options = { logDet, ...(solver && { solve: { solver } }) };
  const blocks = branches.map(({ map }) => residualBlock(map, options));
  const bijector: Bijector & Partial<Chain> = pieces.join(blocks);
  return {
    ...flow(bijector, base, shape),
    shape,
    parts: bijector.parts ?? [bijector],
    blocks,
    blockShapes: branches.map((branch) => branch.shape),
    latents,
    logDetBias,
    bitsPerDim: (logProb, levels) => bitsPerDim(logProb, shape, levels),
    withLogDet: (estimator, bias) =>
      flowModel(pieces, { ...methods, logDet: estimator, logDetBias: bias ?? null }),
    withoutStandardize() {
      const { joinStandardized, ...rest } = pieces;
      return joinStandardized ? flowModel({ ...rest, join: joinStandardized }, methods) : null;
    },
  };
}

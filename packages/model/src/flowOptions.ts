import type { Bijector, LipschitzMap, LogDetEstimator, Rng, Shape } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import type { BaseDistribution } from '@iresnet/flows';
import type { FixedPointSolver } from '@iresnet/inversion';
import type { LogDetBias } from './flowModel';

/** The place of a residual branch in a flow, and the sizes that it needs. */
export interface BranchPlace {
  /** Its index among all blocks. */
  readonly index: number;
  /** Event shape of its input and of its output. */
  readonly shape: Shape;
  /** Widths, or channels, of its hidden layers. */
  readonly hidden: readonly number[];
  /** Draws its start weights. */
  readonly rng: Rng;
}

/** The options that flows on vectors and on images share. Every part can be one of your own. */
export interface FlowOptions {
  /** Makes σ, the activation between the layers, such as `sin` or `() => leakyRelu(0.1)`. */
  readonly activation?: () => LipschitzMap;
  /**
   * c, the bound of each layer's spectral norm. Null switches the normalization off: the network is
   * then a plain ResNet without an inverse.
   */
  readonly coefficient?: number | null;
  /** Makes g, the residual branch of each block, in place of `activation` and `coefficient`. */
  readonly branch?: (place: BranchPlace) => LipschitzMap;
  /** Whether ActNorms stand between the blocks. Default true. */
  readonly actNorm?: boolean;
  /**
   * Makes a bijector before each block, after its ActNorm, such as `linear`. It keeps the shape.
   */
  readonly beforeBlock?: (place: BranchPlace) => Bijector;
  /** How log|det| is computed. */
  readonly logDet?: LogDetEstimator;
  /** Largest bias of `logDet`, for certificates. */
  readonly logDetBias?: LogDetBias;
  /** How the inverse is solved. Default `anderson()`. */
  readonly solver?: FixedPointSolver;
  /** Makes the distribution of the latents for their event shape. Default `standardNormal`. */
  readonly base?: (shape: Shape) => BaseDistribution;
  /** The transform of the data before everything else. It keeps their shape. */
  readonly transform?: Bijector;
}

/** The names in {@link FlowOptions}. */
export const flowOptionNames = {
  activation: true,
  coefficient: true,
  branch: true,
  actNorm: true,
  beforeBlock: true,
  logDet: true,
  logDetBias: true,
  solver: true,
  base: true,
  transform: true,
} as const;

/** Refuse a name of a configuration where a function belongs. */
export function checkMakers(where: string, options: FlowOptions): void {
  for (const name of ['activation', 'branch', 'beforeBlock', 'logDet', 'logDetBias', 'base'] as const) {
    const value: unknown = options[name];
    ensure(
      value === undefined || typeof value === 'function',
      where,
      () => `expected ${name} as a function, got ${described(value)}; iResNet takes names of a configuration`,
    );
  }
  const { coefficient: c } = options;
  ensure(
    c === undefined || c === null || c > 0,
    where,
    () => `expected a coefficient > 0 or null, got ${String(c)}`,
  );
}

/** Refuse what is not a count. */
export function checkCounts(where: string, counts: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(counts)) {
    ensure(
      Number.isInteger(value) && value >= least,
      where,
      () => `expected ${name} ≥ ${least}, got ${value}`,
    );
  }
}

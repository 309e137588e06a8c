import type { LipschitzMap, Rng, Shape } from '@iresnet/core';
import { checkOptions, checkRng, ensure } from '@iresnet/core/internal';
import { activationWidening, type ActivationSpec } from '../activations/spec';
import { conv2d } from '../conv2d';
import { dense } from '../dense';
import { spectralOptionNames, spectralOptionsOf, type SpectralOptions } from '../spectralOptions';

/** What every residual branch is made from; its layers take the spectral options. */
export interface BranchOptions extends SpectralOptions {
  /** Event shape of its input and output: `[d]` for dense layers, `[h, w, c]` for convolutions. */
  readonly shape: Shape;
  /** σ. One that doubles the channels gives the next layer twice the inputs. */
  readonly activation: ActivationSpec;
  /** Begin with σ, as every block but the very first of a network does. Default false. */
  readonly firstActivation?: boolean;
  /** Draws the start weights: layer i from `rng.split(i)`. */
  readonly rng: Rng;
}

/** The options of a branch whose hidden layers have widths of their own. */
export interface HiddenOptions extends BranchOptions {
  /** Values, or channels, of each hidden layer. */
  readonly hidden: readonly number[];
}

/** The names in {@link BranchOptions}. */
export const branchOptionNames = {
  ...spectralOptionNames,
  shape: true,
  activation: true,
  firstActivation: true,
  rng: true,
} as const;

/** Refuse options that no branch can be made from. */
export function checkBranch<T extends Omit<BranchOptions, 'firstActivation'>>(
  where: string,
  options: T,
  names: { readonly [K in keyof Required<NoInfer<T>>]: true },
): void {
  checkOptions(where, options, names);
  checkRng(where, options.rng);
  const { shape } = options;
  ensure(
    Array.isArray(shape) && (shape.length === 1 || shape.length === 3),
    where,
    () => `expected a shape [d] or [h, w, c], got ${Array.isArray(shape) ? `[${shape}]` : String(shape)}`,
  );
}

/** Refuse widths that are not a list of positive integers. */
export function checkHidden(where: string, hidden: readonly number[]): void {
  ensure(
    Array.isArray(hidden) && hidden.every((width) => Number.isInteger(width) && width > 0),
    where,
    () =>
      `expected hidden as a list of integers ≥ 1, got ${Array.isArray(hidden) ? `[${hidden}]` : String(hidden)}`,
  );
}

/** Channels that the first layer of a branch receives. */
export function firstInputs({ shape, activation, firstActivation = false }: BranchOptions): number {
  return shape[shape.length - 1]! * (firstActivation ? activationWidening(activation) : 1);
}

/** Layer `index` of a branch: dense for vectors, a convolution with k×k taps for images. */
export function layerOf(
  options: BranchOptions,
  index: number,
  sizes: { readonly inputs: number; readonly outputs: number },
  kernelSize: number,
): LipschitzMap {
  const { shape, rng } = options;
  const shared = { ...spectralOptionsOf(options), ...sizes, rng: rng.split(index) };
  if (shape.length === 1) return dense(shared);
  return conv2d({ ...shared, kernelSize, imageSize: [shape[0]!, shape[1]!] });
}

import { mul, type Tensor1D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';

/** The state of an optimizer as plain data, so that a run can be saved and resumed exactly. */
export interface OptimizerState {
  /**
   * Number of updates made. Powers such as β₁ᵗ are computed from it in float64, not accumulated.
   */
  readonly step: number;
  /** Named vectors, each `[P]`. */
  readonly tensors: Readonly<Record<string, Tensor1D>>;
}

/**
 * A first-order method on one flat vector of all weights: two functions on plain data, without
 * hidden state.
 *
 * An update costs a handful of kernel calls for any number of variables. The optimizers of
 * TensorFlow.js make a dozen for each variable.
 */
export interface Optimizer {
  /** The name of the method in a saved state. */
  readonly name: string;
  /** The state before the first update. The caller owns its tensors. */
  init(size: number): OptimizerState;
  /**
   * New weights and a new state, all newly allocated, as a tidy. It disposes no argument.
   *
   * @param gradient - g, `[P]`.
   * @param state - From `init` or the last update.
   * @param params - w, `[P]`.
   * @param learningRate - η.
   */
  update(
    gradient: Tensor1D,
    state: OptimizerState,
    params: Tensor1D,
    learningRate: number,
  ): { params: Tensor1D; state: OptimizerState };
}

/** (1 − ηλ) w: weight decay, decoupled from the statistics of the gradient (arXiv:1711.05101). */
export function decay(params: Tensor1D, learningRate: number, weightDecay: number): Tensor1D {
  return weightDecay === 0 ? params : mul(params, 1 - learningRate * weightDecay);
}

/** Throw unless a coefficient lies in [0, 1). */
export function checkFraction(where: string, name: string, value: number): void {
  ensure(value >= 0 && value < 1, where, () => `expected 0 ≤ ${name} < 1, got ${value}`);
}

/** Throw unless a coefficient is a finite number ≥ 0. */
export function checkNonNegative(where: string, name: string, value: number): void {
  ensure(value >= 0 && Number.isFinite(value), where, () => `expected a finite ${name} ≥ 0, got ${value}`);
}

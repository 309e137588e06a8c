import { mul, type Tensor1D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';

/** What an optimizer remembers: plain data, so that a run can stop and go on without a difference. */
export interface OptimizerState {
  /** Number of updates made. Powers such as β₁ᵗ are computed from it in float64, never accumulated. */
  readonly step: number;
  /** Named vectors, each `[P]`. */
  readonly tensors: Readonly<Record<string, Tensor1D>>;
}

/**
 * A first-order method on one flat vector of all weights: two functions over data, with no hidden state.
 *
 * A handful of kernel calls for any number of variables, where the optimizers of TensorFlow.js make a dozen for each.
 */
export interface Optimizer {
  /** Names the method in a saved state. */
  readonly name: string;
  /** The state before the first update. The caller owns its tensors. */
  init(size: number): OptimizerState;
  /**
   * New weights and new state, all newly allocated; the arguments are left alone. A tidy.
   *
   * @param gradient - g, `[P]`.
   * @param state - From `init` or the update before.
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

/** (1 − ηλ) w: weight decay apart from the gradient's statistics (arXiv:1711.05101). */
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

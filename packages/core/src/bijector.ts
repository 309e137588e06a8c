import type { Tensor } from '@tensorflow/tfjs-core';
import type { LipschitzMap, Module } from './contracts';
import type { Rng } from './rng';

/**
 * How far an error bound can be trusted:
 *
 * - `'proven'`: it holds for the exact inverse of the exact function with the weights as they are
 *   used. All rounding is counted, with the precision of the device's functions as it was measured.
 * - `'estimated'`: the rounding inside some part is not known and was estimated, or a part does not
 *   know its error at all.
 */
export type BoundKind = 'proven' | 'estimated';

/** Bounds of a residual block F = id + g near one x̂. */
export interface LocalBounds {
  /** ‖y − F(x̂)‖, with F in exact arithmetic. */
  distance(y: Float64Array): number;
  /** ‖F(x̂) − F(x)‖ for any x with ‖x̂ − x‖ ≤ error. */
  forward(error: number): number;
  /**
   * ‖x̂ − x‖ for the x with ‖F(x̂) − F(x)‖ ≤ difference, when it is known that ‖x̂ − x‖ ≤ error.
   */
  inverse(difference: number, error: number): number;
}

/** How the error bounds of a report are found. */
export interface ReportOptions {
  /**
   * Bounds of the block id + g near the example of a number in a batch x̂, where they are known, as
   * `localBounds` of `@iresnet/flows` finds them: by the Jacobian at x̂, and by how much it may
   * change within the error. Lipschitz constants hold for the worst point, and multiply along a
   * chain to thousands; these are closer by orders of magnitude.
   */
  readonly local?:
    ((g: LipschitzMap, x: Tensor) => ((example: number) => LocalBounds) | undefined) | undefined;
}

/** A computed value together with what is known about its error. */
export type ForwardReport = {
  /** F(x) as computed, `[B, ...event]`. The caller owns it. */
  readonly value: Tensor;
  /**
   * `[B]`: a bound of the distance to the exact F(x) in the 2-norm; Infinity where none is known.
   */
  readonly errorBound: number[];
  readonly boundKind: BoundKind;
};

/** An inverse together with what is known about its error. */
export type InverseReport = {
  /** x ≈ F⁻¹(y), `[B, ...event]`. The caller owns it. */
  readonly value: Tensor;
  /**
   * `[B]`: a bound of ‖x − F⁻¹(y)‖₂, F⁻¹ the exact inverse of the exact function with the stored
   * weights; Infinity where none is known.
   */
  readonly errorBound: number[];
  /** Whether `errorBound` and `solveBound` are proven. In a chain the weakest part decides. */
  readonly boundKind: BoundKind;
  /**
   * `[B]`: the largest error that any one fixed-point solve left in its own block's output, by its
   * bound. Unlike `errorBound` it does not carry earlier errors through the worst case of every
   * later block.
   */
  readonly solveBound: number[];
  /** `[B]`: whether every iteration of the sample reached its tolerance. */
  readonly converged: boolean[];
  /** Evaluations of residual branches on the whole batch. */
  readonly evaluations: number;
};

/** An invertible map of examples with a log-determinant. Three methods make one. */
export interface Bijector extends Module {
  /** y = F(x) alone: eager TensorFlow.js cannot remove an unused log-determinant. */
  forward(x: Tensor): Tensor;
  /** x = F⁻¹(y). */
  inverse(y: Tensor): Tensor;
  /**
   * y = F(x) and log|det ∂F/∂x|, `[B]`, in nats. `rng` feeds the probes of stochastic estimators.
   */
  forwardAndLogDet(x: Tensor, rng: Rng): { y: Tensor; logDet: Tensor };
  /**
   * F⁻¹(y) with a bound of its error. Where it is absent the bound is Infinity. An example that
   * fails is reported, and never ends the others.
   *
   * @param y - `[B, ...event]`.
   * @param yError - `[B]`: how far y may itself be from the truth, 0 by default. The error is
   * carried through the inverse.
   * @param options - Whether bounds are local.
   */
  inverseWithReport?(y: Tensor, yError?: ArrayLike<number>, options?: ReportOptions): InverseReport;
  /**
   * F(x) with a bound of its rounding. Where it is absent the bound is Infinity. It never starts
   * what starts on a first batch.
   *
   * @param x - `[B, ...event]`.
   * @param xError - `[B]`: how far x may itself be from the truth, 0 by default.
   * @param options - Whether bounds are local.
   */
  forwardWithReport?(x: Tensor, xError?: ArrayLike<number>, options?: ReportOptions): ForwardReport;
  /**
   * The scales of the map's parts in closed form, multiplied along the way of each value. A
   * certificate looks for products that leave float32, though no single scale does. Absent where
   * the map keeps the shape, and values stay of their size.
   *
   * @param scale - `[3, ...event]`: ln of the scale so far, and the least and the largest that it
   * had on its way. Maps that only move values treat the three as a batch.
   */
  carryScale?(scale: Tensor): Tensor;
}

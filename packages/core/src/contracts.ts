import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Rng } from './rng';

/** Shape of one example, without the batch axis. */
export type Shape = readonly number[];

/**
 * A linear map known only through its product, block-diagonal over the batch: `[B, ...event] → [B, ...event]`.
 * Any function will do; estimators that need nothing more accept it bare.
 */
export type MatVec = (v: Tensor) => Tensor;

/**
 * A batch of linear operators A, one per example, known only through their products.
 *
 * Both products take `[B, ...shape]`, and `[S, B, ...shape]` for S vectors per example at once (one kernel call instead
 * of S). They are ordinary taped ops: differentiable once with respect to `v` and to whatever A was built from.
 */
export interface LinearOperator {
  /** Event shape of v. */
  readonly inShape: Shape;
  /** Event shape of A v. */
  readonly outShape: Shape;
  /** A v, the Jacobian-vector product when A is a Jacobian. `[..., B, ...inShape] → [..., B, ...outShape]`. */
  matvec(v: Tensor): Tensor;
  /** Aᵀ u, the vector-Jacobian product. `[..., B, ...outShape] → [..., B, ...inShape]`. */
  rmatvec(u: Tensor): Tensor;
}

/** Dotted names (the keys of a safetensors file) to variables. State that no optimizer may touch has `trainable` false. */
export type Params = Readonly<Record<string, Variable>>;

/** Something that owns variables. */
export interface Module {
  /** Every variable under its dotted name. */
  readonly params: Params;
  /** Free the variables. */
  dispose(): void;
}

/** A differentiable map of examples that knows its own Jacobian. */
export interface DifferentiableMap extends Module {
  /** f(x), `[B, ...in] → [B, ...out]`. */
  apply(x: Tensor): Tensor;
  /**
   * f(x) and its Jacobian at x: one forward pass, then any number of products. Taped: what it returns may be differentiated
   * once with respect to x and to the parameters. The caller's tidy owns what it allocates.
   */
  linearize(x: Tensor): { y: Tensor; jacobian: LinearOperator };
}

/** A map with a proven Lipschitz constant. */
export interface LipschitzMap extends DifferentiableMap {
  /** An upper bound of the Lipschitz constant in the 2-norm, proven and not estimated. Reads back from the device. */
  lipschitzBound(): number;
  /** The maps that this one applies one after the other, if it is such a composition: its bound is the product of theirs. */
  readonly parts?: readonly LipschitzMap[];
  /**
   * Make the proven bound hold: shrink the weights until the proven norm of each layer, not only its estimate, is at most what the
   * layer was built for. Changes the map by as much as the estimate was off; for the end of training. Missing where nothing can exceed.
   */
  project?(): void;
  /**
   * Bring state that follows the weights, such as power iteration, up to date now rather than at the next use. After each optimizer
   * step: then what is saved between two steps goes on exactly. Missing where there is no such state.
   */
  refresh?(): void;
}

/** An invertible map of examples with a log-determinant. */
export interface Bijector extends Module {
  /** y = F(x) alone: eager TensorFlow.js cannot remove an unused log-determinant. */
  forward(x: Tensor): Tensor;
  /** x = F⁻¹(y). */
  inverse(y: Tensor): Tensor;
  /** y = F(x) and log|det ∂F/∂x|, `[B]`, in nats. `rng` feeds the probes of stochastic estimators. */
  forwardAndLogDet(x: Tensor, rng: Rng): { y: Tensor; logDet: Tensor };
}

/**
 * Estimates log|det(I + A)| per example, `[B]` in nats, from products with A only.
 *
 * `a` is a bare product or an operator, `like` a tensor whose shape `[B, ...event]` the probes take. The result carries the
 * gradient of the log-determinant with respect to whatever `a` was built from, and needs one level of automatic
 * differentiation, never two.
 */
export type LogDetEstimator = (a: MatVec | LinearOperator, like: Tensor, rng: Rng) => Tensor;

import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { HostKit, HostMap, HostProducts } from './hostMap';
import type { Rng } from './rng';
import type { Shape } from './shape';

/**
 * A linear map known only through its product, block-diagonal over the batch:
 * `[B, ...event] → [B, ...event]`. The exported estimators take such a function in place of an
 * operator.
 */
export type MatVec = (v: Tensor) => Tensor;

/**
 * A batch of linear operators A, one per example, known only through their products.
 *
 * Both products take `[B, ...shape]`, and `[S, B, ...shape]` for S vectors per example at once (one
 * kernel call instead of S). They are ordinary taped ops: differentiable once with respect to `v`
 * and to whatever A was built from.
 */
export interface LinearOperator {
  /** Event shape of v. */
  readonly inShape: Shape;
  /** Event shape of A v. */
  readonly outShape: Shape;
  /**
   * A v, the Jacobian-vector product when A is a Jacobian.
   * `[..., B, ...inShape] → [..., B, ...outShape]`.
   */
  matvec(v: Tensor): Tensor;
  /** Aᵀ u, the vector-Jacobian product. `[..., B, ...outShape] → [..., B, ...inShape]`. */
  rmatvec(u: Tensor): Tensor;
  /**
   * tr A of each example, `[B]`, where a closed form costs less than a product. Taped as the
   * products are. An estimator that knows it has no chance in its first term.
   */
  trace?(): Tensor;
  /**
   * The same products on the host, of the values that A has now, where they cost less there than on
   * any device: matrices of up to some ten thousand values.
   */
  onHost?(): HostProducts;
}

/**
 * Variables by dotted names, which are the keys of a safetensors file. State that no optimizer may
 * change has `trainable` false.
 */
export type Params = Readonly<Record<string, Variable>>;

/** Something that owns variables. `compose` joins several into one. */
export interface Module {
  /** Every variable under its dotted name. */
  readonly params: Params;
  /** Free the variables. */
  dispose(): void;
  /**
   * Bring state that follows the weights, such as power iteration, up to date now and not at the
   * next use. `fit` calls it after each optimizer step, so that a saved run goes on exactly.
   * Absent where there is no such state.
   */
  refresh?(): void;
  /**
   * Shrink each weight until its proven norm, and not only its estimate, is at most what its layer
   * was built for. This changes the map by as much as the estimate was off. Call it once, after
   * training. Absent where nothing can exceed a bound.
   */
  enforceBounds?(): void;
  /**
   * Why the module is not a finite map, or one without an inverse, in float32 arithmetic with its
   * present parameters: a scale that overflows or becomes 0, say. Empty where nothing is wrong. It
   * need not report parameters that are NaN or infinite, because every certificate looks for them.
   * Reads back from the device. Absent where nothing can go wrong.
   */
  flaws?(): readonly Flaw[];
}

/** One reason why a model is not proven; see {@link Module}. */
export interface Flaw {
  /** Dotted name of the part or the tensor. */
  readonly part: string;
  /** What is wrong with it: `expected …, got …`. */
  readonly problem: string;
}

/** A differentiable map of examples that knows its own Jacobian. */
export interface DifferentiableMap extends Module {
  /** f(x), `[B, ...in] → [B, ...out]`. */
  apply(x: Tensor): Tensor;
  /**
   * f(x) and its Jacobian at x: one forward pass, then any number of products. Taped: what it
   * returns may be differentiated once with respect to x and to the parameters. The caller's tidy
   * owns what it allocates.
   */
  linearize(x: Tensor): { y: Tensor; jacobian: LinearOperator };
}

/** What a map computed, and how far that may be from the exact value. */
export interface Rounded {
  /** f̃(x), the computed value, `[B, ...out]`. */
  readonly y: Tensor;
  /** `[B]`: a bound of ‖f̃(x) − f(x)‖₂, f in exact arithmetic with the weights as they are used. */
  readonly rounding: Tensor;
}

/** A map with a proven Lipschitz constant. */
export interface LipschitzMap extends DifferentiableMap {
  /**
   * An upper bound of the Lipschitz constant in the 2-norm, proven and not estimated. Reads back
   * from the device.
   */
  lipschitzBound(): number;
  /**
   * The maps that this one applies one after the other, if it is such a composition. Its bound is
   * the product of theirs.
   */
  readonly parts?: readonly LipschitzMap[];
  /**
   * f(x) with a bound of its rounding in float32 on the current device: for a linear layer
   * γₙ(|W||x| + |b|), for an activation its error as measured on the device. It costs about two
   * evaluations. Absent where the rounding is not known; the error bounds of an inverse are then
   * estimates. The caller's tidy owns what it allocates.
   */
  applyWithRounding?(x: Tensor): Rounded;
  /**
   * The map on the host, put together from the pieces of a kit, with the values that its parameters
   * have now: for bounds near a point, such as `localBounds` of `@iresnet/flows`. Undefined where
   * its Jacobian is not smooth, or its products on the host cost too much. It reads the parameters
   * back.
   */
  onHost?(kit: HostKit): HostMap | undefined;
}

/**
 * A piece that depends on a context c: for each c an ordinary piece, such as a map, a bijector or a
 * flow. Nothing that takes the piece learns of contexts.
 */
export interface Conditional<T> extends Module {
  /**
   * The piece for contexts `[B, k]`, one for each example of its batches, or `[1, k]` for all of
   * them. It has the same variables, so that training it trains this, and disposing one disposes
   * both. The context stays the caller's, and must live as long as the piece is used.
   */
  at(context: Tensor): T;
}

/**
 * Estimates log|det(I + A)| per example, `[B]` in nats, from products with A only.
 *
 * `shape` is `[B, ...event]`, the shape of the batch that A works on and of one probe per example.
 * The result carries the gradient of the log-determinant with respect to whatever A was built from,
 * and needs one level of automatic differentiation, never two.
 */
export type LogDetEstimator = (a: LinearOperator, shape: Shape, rng: Rng) => Tensor;

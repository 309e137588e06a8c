import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * x = f(x) as a solver sees it: examples are flat, `[B, d]`, and every call is counted.
 */
export interface FixedPointProblem {
  /** f(x), `[B, d] → [B, d]`. One evaluation. */
  apply(x: Tensor): Tensor;
  /**
   * f(x) and the product v ↦ ∂f/∂x·v at x; each costs one evaluation. Absent when f is a bare
   * function.
   */
  linearize?(x: Tensor): LinearizedProblem;
  /**
   * L, the Lipschitz constant of f: a Picard step leaves at most L times the residual. It is 1 when
   * it is unknown.
   */
  readonly lipschitz: number;
}

/** f at a point, to first order. */
export interface LinearizedProblem {
  /** f(x), `[B, d]`. */
  readonly fx: Tensor;
  /** v ↦ ∂f/∂x·v, `[B, d] → [B, d]`. One evaluation. */
  product(v: Tensor): Tensor;
}

/**
 * The state of a batch: for each sample the last accepted point, f there, and the solver's memory.
 */
export interface Iterate {
  /** x, `[B, d]`. */
  readonly x: Tensor;
  /** f(x), `[B, d]`: also the Picard step from x, at no further cost. */
  readonly fx: Tensor;
  /** The solver's own tensors; none at the start. */
  readonly memory: readonly Tensor[];
}

/**
 * A way from one iterate to the next. Everything stays on the device. The loop around it reads the
 * residuals, decides per sample and frees the tensors that are no longer used.
 *
 * A solver treats each row by itself: the result of a sample must not depend on its neighbours in
 * the batch.
 */
export interface FixedPointSolver {
  /** For messages. */
  readonly name: string;
  /** Whether it needs {@link FixedPointProblem.linearize}. */
  readonly usesJacobian: boolean;
  /**
   * The next iterate, which may keep tensors of `at`. It runs inside a tidy and outside the
   * gradient tape.
   */
  step(at: Iterate, problem: FixedPointProblem): Iterate;
}

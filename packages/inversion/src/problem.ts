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

/** When a solve ends. */
export interface SolveLimits {
  /** Absolute tolerance; 1e-6 by default. */
  readonly atol?: number;
  /**
   * Relative tolerance. The default is the accuracy that float32 can reach. With L: 2⁻²¹/(1 − L) on
   * the error, and 2⁻²²/(1 − L)² for a sample that rounding stops earlier. Without L: 1e-6 on the
   * residual, and 1e-5 for such a sample.
   */
  readonly rtol?: number;
  /**
   * Cap on the steps. Default: 1000, or the number of steps that shrink the error by 1e-10 for this
   * L if that is more.
   */
  readonly maxSteps?: number;
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
  /** The limits of every solve with it that gives none of its own. */
  readonly limits?: SolveLimits;
  /**
   * The next iterate, which may keep tensors of `at`. It runs inside a tidy and outside the
   * gradient tape.
   */
  step(at: Iterate, problem: FixedPointProblem): Iterate;
}

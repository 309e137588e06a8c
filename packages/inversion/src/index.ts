/**
 * Solve x = f(x), and y = x + g(x), for contractions: per sample, with a bound on the error.
 *
 * A residual block x ↦ x + g(x) is invertible when g has a Lipschitz constant L below one, and its
 * inverse is a fixed point. The problem ({@link fixedPoint}, {@link invertResidual}) and the solver
 * ({@link anderson}, the default; {@link picard}; {@link newtonGmres}) are separate arguments. The
 * result is data: the value, and for each sample how its solve ended, in how many steps, and how
 * far from the true solution it is at most.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { invertResidual, picard } from '@iresnet/inversion';
 *
 * const weights = tf.tensor2d([[0.6, -0.5], [0.5, 0.6]]); // spectral norm 0.78
 * const g = (x: tf.Tensor) => tf.tanh(tf.matMul(x as tf.Tensor2D, weights));
 * const y = tf.tensor2d([[1, 2], [-3, 0.5]]);
 *
 * const { value, errorBound, evaluations } = invertResidual(g, y, { lipschitz: 0.79 });
 * tf.add(value, g(value)).print(); // y again
 * console.log(errorBound, evaluations); // proven distance to the solution of each row
 *
 * const plain = invertResidual(g, y, { lipschitz: 0.79, solver: picard() });
 * console.log(plain.evaluations); // more of them
 * ```
 *
 * Which solver? `anderson()` needs the fewest evaluations, or nearly so, on every contraction that
 * was measured. `newtonGmres()` can need fewer when L is near one and g can `linearize`. `picard()`
 * has the smallest memory and the simplest guarantee; {@link fixedPointSteps} with
 * {@link contractionSteps} runs it without any readback.
 *
 * @packageDocumentation
 */
export { fixedPoint, fixedPointAsync } from './fixedPoint';
export { invertResidual, invertResidualAsync } from './invertResidual';
export { contractionSteps, fixedPointSteps } from './contractionSteps';
export { picard } from './solvers/picard';
export { anderson, type AndersonOptions } from './solvers/anderson';
export { newtonGmres, type NewtonGmresOptions } from './solvers/newtonGmres';
export type { FixedPointProblem, FixedPointSolver, Iterate, LinearizedProblem, SolveLimits } from './problem';
export type { MapOrFunction } from './flatMap';
export type { FixedPointOptions } from './options';
export type { FixedPointResult, Outcome } from './result';
export { solverFromSpec, solvers, type SolverSpec } from './spec';

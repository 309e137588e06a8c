import type { Variable } from '@tensorflow/tfjs-core';

/** The momentum of the variables that {@link markRunning} was called for. */
const running = new WeakMap<Variable, number>();

/**
 * Mark state that each training batch moves: s ← (1 − m) s + m b, where b follows from the batch
 * alone, and which the outputs in training do not depend on. Batches may then be computed at once,
 * and s is moved afterwards.
 *
 * @param momentum - m.
 * @returns The same variable.
 */
export function markRunning(variable: Variable, momentum: number): Variable {
  running.set(variable, momentum);
  return variable;
}

/** m of a variable that batches move, or undefined; see {@link markRunning}. */
export function momentumOf(variable: Variable): number | undefined {
  return running.get(variable);
}

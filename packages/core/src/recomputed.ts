import type { Variable } from '@tensorflow/tfjs-core';

/** The variables that {@link markRecomputed} was called for. */
const recomputed = new WeakSet<Variable>();

/**
 * Mark state that is found again by computing, such as the start of an iteration. A file that was
 * written before this state existed may lack it: loading then leaves the variable as it is.
 *
 * @returns The same variable.
 */
export function markRecomputed(variable: Variable): Variable {
  recomputed.add(variable);
  return variable;
}

/** Whether a file may lack this variable; see {@link markRecomputed}. */
export function isRecomputed(variable: Variable): boolean {
  return recomputed.has(variable);
}

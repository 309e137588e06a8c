import type { LinearOperator } from '@iresnet/core';
import { checkOptions, described, ensure } from '@iresnet/core/internal';

/** Options of `powerIteration` and `spectralNorm`. */
export interface PowerIterationOptions {
  /**
   * Stop when the two estimates ‖Aᵀu‖ ≤ ‖Av‖ of one step differ by less than this fraction. Default
   * 1e-4. With 0 it runs to `maxSteps` without any readback.
   */
  readonly rtol?: number;
  /** At most so many steps. Default 100. */
  readonly maxSteps?: number;
}

/** Refuse what is not a linear operator. */
export function checkOperator(where: string, a: LinearOperator): void {
  const { matvec, rmatvec } = (a ?? {}) as Partial<LinearOperator>;
  ensure(
    typeof matvec === 'function' && typeof rmatvec === 'function',
    where,
    () => `expected an operator, as denseOperator(kernel) of @iresnet/core makes it, got ${described(a)}`,
  );
}

/** Refuse options of power iteration that are unknown or out of range. */
export function checkIterationOptions(where: string, options: PowerIterationOptions): void {
  checkOptions(where, options, { rtol: true, maxSteps: true });
  const { rtol = 0, maxSteps = 1 } = options;
  ensure(rtol >= 0, where, () => `expected rtol ≥ 0, got ${rtol}`);
  ensure(maxSteps >= 1, where, () => `expected maxSteps ≥ 1, got ${maxSteps}`);
}

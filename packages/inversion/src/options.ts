import { checkOptions, described, ensure } from '@iresnet/core/internal';
import type { FixedPointSolver, SolveLimits } from './problem';

/** Options of the fixed-point solvers. */
export interface FixedPointOptions extends SolveLimits {
  /** How to step; `anderson()` by default. */
  readonly solver?: FixedPointSolver;
  /**
   * L, a proven Lipschitz constant of f in the 2-norm, below 1. It gives `errorBound`, and it
   * decides when a sample is done. Evaluations that contradict it are reported.
   */
  readonly lipschitz?: number;
  /**
   * Whether f is evaluated once more at the solution, with its rounding, so that `errorBound` is
   * proven. Default true; it needs `lipschitz` and a map that knows its rounding.
   */
  readonly certify?: boolean;
  /** Read the residuals back every so many steps; 1 by default. A readback waits for the device. */
  readonly checkEvery?: number;
  /**
   * What happens when a sample did not converge: `'throw'` (default) throws an IResNetError,
   * `'return'` returns the result as it is.
   */
  readonly onFailure?: 'throw' | 'return';
}

/** Refuse options that no solve can honour. */
export function checkFixedPointOptions(where: string, options: FixedPointOptions): void {
  checkOptions(where, options, {
    solver: true,
    lipschitz: true,
    certify: true,
    atol: true,
    rtol: true,
    maxSteps: true,
    checkEvery: true,
    onFailure: true,
  });
  const { solver, lipschitz, atol = 0, rtol = 0, maxSteps = 1, checkEvery = 1 } = options;
  ensure(
    solver === undefined || typeof (solver as Partial<FixedPointSolver>).step === 'function',
    where,
    () => `expected a solver such as anderson(), got ${described(solver)}; solverFromSpec takes names`,
  );
  ensure(
    lipschitz === undefined || (lipschitz >= 0 && lipschitz < 1),
    where,
    () =>
      `expected a Lipschitz constant in [0, 1), got ${lipschitz}: f has to be a contraction; rescale it, or leave lipschitz out`,
  );
  for (const [name, tolerance] of Object.entries({ atol, rtol })) {
    ensure(tolerance >= 0, where, () => `expected ${name} ≥ 0, got ${tolerance}`);
  }
  for (const [name, count] of Object.entries({ maxSteps, checkEvery })) {
    ensure(
      Number.isInteger(count) && count >= 1,
      where,
      () => `expected an integer ${name} ≥ 1, got ${count}`,
    );
  }
  const { onFailure = 'throw', certify = true } = options;
  ensure(
    typeof certify === 'boolean',
    where,
    () => `expected certify true or false, got ${described(certify)}`,
  );
  ensure(
    onFailure === 'throw' || onFailure === 'return',
    where,
    () => `expected onFailure 'throw' or 'return', got ${described(onFailure)}`,
  );
}

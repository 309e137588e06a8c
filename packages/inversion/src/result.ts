import type { Tensor } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { FixedPointSolver } from './problem';

/** What a fixed-point solve found, per sample. */
export interface FixedPointResult {
  /** x, `[B, ...event]`: f at the last accepted point of each sample. The caller owns it. */
  readonly value: Tensor;
  /**
   * `[B]`: whether `errorBound ≤ atol + rtol·size`; without a Lipschitz constant, whether `residual ≤ atol + rtol·size`. The size is
   * ‖x‖, and max(‖x‖, ‖y‖) for `invertResidual`.
   */
  readonly converged: readonly boolean[];
  /** `[B]`: the steps the sample took; the first is the evaluation at the start. */
  readonly steps: Int32Array;
  /** `[B]`: ‖f(x) − x‖ at the last accepted point, one step before `value`, where it is at most L times that. */
  readonly residual: Float32Array;
  /**
   * `[B]`: (L·residual + ρ)/(1 − L) ≥ ‖value − x*‖, with ρ = 2⁻²³·size for the float32 rounding of f. Infinity when L is
   * unknown, and for a sample that is not finite.
   */
  readonly errorBound: Float32Array;
  /** Evaluations of f on the whole batch; a Jacobian product counts as one. */
  readonly evaluations: number;
}

/** Options of the fixed-point solvers. */
export interface FixedPointOptions {
  /** How to step; `anderson()` by default. */
  readonly solver?: FixedPointSolver;
  /** L, a proven Lipschitz constant of f in the 2-norm, below 1. Gives `errorBound`, and then decides when a sample is done. */
  readonly lipschitz?: number;
  /** Absolute tolerance; 1e-6 by default. */
  readonly atol?: number;
  /**
   * Relative tolerance. By default what float32 can reach: on the error 1e-5, or 2⁻²¹/(1 − L) if that is more, and 2⁻²²/(1 − L)² for a
   * sample that rounding stops before; without L, on the residual 1e-6, and 1e-5 for such a sample.
   */
  readonly rtol?: number;
  /** Cap on the steps; by default 1000, or if that is more, as many as shrink the error by 1e-10 for this L. */
  readonly maxSteps?: number;
  /** Read the residuals back every so many steps; 1 by default. A reading waits for the device. */
  readonly checkEvery?: number;
  /** What to do when a sample did not converge: `'throw'` (default) an IResNetError, or `'return'` the result as it is. */
  readonly onFailure?: 'throw' | 'return';
}

/** The error for a result with samples that did not converge: how many, which, how far, and what to do about it. */
export function notConverged(where: string, result: FixedPointResult, maxSteps: number): IResNetError {
  const { value: _value, ...context } = result;
  const batch = result.converged.length;
  const failed = Array.from({ length: batch }, (_, i) => i).filter((i) => !result.converged[i]);
  const broken = failed.filter((i) => !Number.isFinite(result.residual[i]!));
  const capped = failed.filter((i) => !broken.includes(i) && result.steps[i]! >= maxSteps);
  const stalled = failed.length - broken.length - capped.length;
  const finite = failed.filter((i) => !broken.includes(i));
  const worst = finite.reduce((a, b) => (result.residual[b]! > result.residual[a]! ? b : a), finite[0] ?? -1);
  const reasons = [
    broken.length && `${broken.length} became NaN or infinite: check the input and f`,
    capped.length && `${capped.length} reached maxSteps = ${maxSteps}: raise it, or try another solver`,
    stalled &&
      `${stalled} stopped improving: the tolerance is below the rounding of float32 (raise rtol or atol), or f is no contraction`,
  ].filter(Boolean);
  const listed = failed.slice(0, 8).join(', ') + (failed.length > 8 ? ', …' : '');
  const worstText =
    worst < 0 ? '' : `; worst residual ${result.residual[worst]!.toExponential(2)} in sample ${worst}`;
  return new IResNetError(
    'not-converged',
    where,
    `expected every sample to converge, got ${failed.length} of ${batch} that did not (${listed})${worstText}; ${reasons.join('; ')}`,
    context,
  );
}

/** Refuse options that no solve can honour. */
export function checkOptions(where: string, options: FixedPointOptions): void {
  const { lipschitz, atol = 0, rtol = 0, maxSteps = 1, checkEvery = 1 } = options;
  ensure(
    lipschitz === undefined || (lipschitz >= 0 && lipschitz < 1),
    where,
    () =>
      `expected a Lipschitz constant in [0, 1), got ${lipschitz}: f has to be a contraction; rescale its weights, or leave lipschitz out to iterate without a guarantee`,
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
}

import type { Tensor } from '@tensorflow/tfjs-core';
import { IResNetError, type BoundKind } from '@iresnet/core';

/**
 * How the solve of one sample ended:
 *
 * - `'converged'`: within the tolerance;
 * - `'stalled'`: its residual reached no new minimum in 32 steps, because of rounding or because f
 *   is not a contraction;
 * - `'capped'`: it reached `maxSteps`;
 * - `'refuted'`: two of its evaluations contradict the promised Lipschitz constant;
 * - `'non-finite'`: it became NaN or infinite.
 */
export type Outcome = 'converged' | 'stalled' | 'capped' | 'refuted' | 'non-finite';

/** The result of a fixed-point solve, per sample. */
export type FixedPointResult = {
  /** x, `[B, ...event]`: f at the last accepted point of each sample. The caller owns it. */
  readonly value: Tensor;
  /**
   * `[B]`: whether the iteration came to its end: (L·residual + 2⁻²³·size)/(1 − L) ≤ atol +
   * rtol·size; without a Lipschitz constant, residual ≤ atol + rtol·size. The size is ‖x‖, and
   * max(‖x‖, ‖y‖) for `invertResidual`.
   */
  readonly converged: boolean[];
  /** `[B]`: how each solve ended. `converged` is whether it is `'converged'`. */
  readonly outcome: Outcome[];
  /** `[B]`: the steps that the sample took; the first is the evaluation at the start. */
  readonly steps: number[];
  /**
   * `[B]`: ‖f(x) − x‖ at the last accepted point, one step before `value`, where it is at most L
   * times that.
   */
  readonly residual: number[];
  /**
   * `[B]`: a bound of ‖value − x*‖₂, where x* solves the equation in exact arithmetic. Infinity
   * when L is unknown or refuted, and for a sample that is not finite.
   *
   * - proven: (‖f(x) − x‖ + ε)/(1 − L) at x = `value`, with ε the rounding of f as the map knows
   *   it.
   * - estimated: (L·residual + 2⁻²³·size)/(1 − L). The rounding inside a bare function is not
   *   known; where it works with numbers larger than x, the error can be above this.
   */
  readonly errorBound: number[];
  /** Whether `errorBound` is proven, given that L is. */
  readonly boundKind: BoundKind;
  /** Evaluations of f on the whole batch; a Jacobian product counts as one. */
  readonly evaluations: number;
};

/** Two evaluations that contradict the promised Lipschitz constant. */
export interface Refutation {
  readonly sample: number;
  /** The promise. */
  readonly lipschitz: number;
  /** ‖f(x) − f(x′)‖ / ‖x − x′‖. */
  readonly slope: number;
}

/** The error for a promise that did not hold. */
export function promiseBroken(where: string, { sample, lipschitz, slope }: Refutation): IResNetError {
  return new IResNetError(
    'argument',
    where,
    `expected a map with Lipschitz constant at most ${lipschitz}, got two points where it is ${Number(slope.toPrecision(3))} (sample ${sample})`,
    { sample, lipschitz, slope },
  );
}

/**
 * The error for a result with samples that did not converge: how many, which, how far, and what to
 * do about it.
 */
export function notConverged(where: string, result: FixedPointResult, maxSteps: number): IResNetError {
  const { value: _value, ...context } = result;
  const { outcome, residual } = result;
  const failed = outcome.flatMap((end, i) => (end === 'converged' ? [] : [i]));
  const count = (end: Outcome) => outcome.filter((e) => e === end).length;
  const finite = failed.filter((i) => outcome[i] !== 'non-finite');
  const worst = finite.reduce((a, b) => (residual[b]! > residual[a]! ? b : a), finite[0] ?? -1);
  const [broken, capped, stalled] = [count('non-finite'), count('capped'), count('stalled')];
  const reasons = [
    broken && `${broken} became NaN or infinite: check the input and f`,
    capped && `${capped} reached maxSteps = ${maxSteps}: raise it, or try another solver`,
    stalled &&
      `${stalled} stopped improving: the tolerance is below the rounding of float32 (raise rtol or atol), or f is not a contraction`,
  ].filter(Boolean);
  const listed = failed.slice(0, 8).join(', ') + (failed.length > 8 ? ', …' : '');
  const worstText =
    worst < 0 ? '' : `; worst residual ${residual[worst]!.toExponential(2)} in sample ${worst}`;
  return new IResNetError(
    'not-converged',
    where,
    `expected every sample to converge, got ${failed.length} of ${outcome.length} that did not (${listed})${worstText}; ${reasons.join('; ')}`,
    context,
  );
}

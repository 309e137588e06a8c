import type { FixedPointOptions, FixedPointResult } from './result';

/** Half a unit in the last place for x itself, and as much for what is summed inside f. */
const ROUNDING = 2 ** -23;
/** A sample whose residual reached no new minimum in so many steps has stopped improving. */
const PATIENCE = 32;

/** When a sample is done: its error (if L is unknown, its residual) is at most `atol + rtol·size`. */
export interface Criterion {
  readonly lipschitz: number | undefined;
  readonly atol: number;
  readonly rtol: number;
  /** In place of `rtol` for a sample that has stopped improving. */
  readonly stalledRtol: number;
}

/**
 * The criterion of a solve. Without a wish of the caller it is what float32 can reach. f is computed to about 2⁻²³·size. A good
 * solver gets a residual of that order, and so an error of 1/(1 − L) times as much; the rounding errors of Picard steps add up
 * to a residual 1/(1 − L) times as large, at which the iteration runs in a cycle for ever.
 */
export function criterion({ lipschitz, atol = 1e-6, rtol }: FixedPointOptions): Criterion {
  if (rtol !== undefined) return { lipschitz, atol, rtol, stalledRtol: rtol };
  if (lipschitz === undefined) return { lipschitz, atol, rtol: 1e-6, stalledRtol: 1e-5 };
  const goal = Math.max(1e-5, (4 * ROUNDING) / (1 - lipschitz));
  return { lipschitz, atol, rtol: goal, stalledRtol: Math.max(goal, (2 * ROUNDING) / (1 - lipschitz) ** 2) };
}

/** The outcome of each sample so far, on the host. */
export interface Ledger extends Omit<FixedPointResult, 'value' | 'evaluations'> {
  /** `[B]`: which samples go on. */
  readonly active: readonly boolean[];
  /** Enter what was read after `step`: the residual and the size of every sample. Finished samples keep their entries. */
  enter(step: number, residuals: Float64Array, sizes: Float64Array): void;
}

/** Begin the books of a batch: every sample active, nothing known. */
export function createLedger(batch: number, { lipschitz, atol, rtol, stalledRtol }: Criterion): Ledger {
  const active = new Array<boolean>(batch).fill(true);
  const converged = new Array<boolean>(batch).fill(false);
  const steps = new Int32Array(batch);
  const residual = new Float32Array(batch).fill(Infinity);
  const errorBound = new Float32Array(batch).fill(Infinity);
  const least = new Float64Array(batch).fill(Infinity);
  const leastAt = new Int32Array(batch);

  function enter(step: number, residuals: Float64Array, sizes: Float64Array): void {
    for (let i = 0; i < batch; i++) {
      if (!active[i]) continue;
      const r = residuals[i]!;
      const size = sizes[i]!;
      const finite = Number.isFinite(r) && Number.isFinite(size);
      const bound =
        finite && lipschitz !== undefined ? (lipschitz * r + ROUNDING * size) / (1 - lipschitz) : Infinity;
      steps[i] = step;
      residual[i] = r;
      errorBound[i] = bound;
      if (r < least[i]!) {
        least[i] = r;
        leastAt[i] = step;
      }
      const stalled = step - leastAt[i]! >= PATIENCE;
      const error = lipschitz === undefined ? r : bound;
      converged[i] = finite && error <= atol + (stalled ? stalledRtol : rtol) * size;
      active[i] = finite && !converged[i] && !stalled;
    }
  }
  return { active, converged, steps, residual, errorBound, enter };
}

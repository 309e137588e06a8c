import type { FixedPointOptions } from './options';
import type { FixedPointResult, Refutation } from './result';

/**
 * The relative rounding of f(x): half a unit in the last place for x itself, and as much for the
 * sums inside f.
 */
const ROUNDING = 2 ** -23;
/** A sample whose residual reached no new minimum in so many steps has stopped improving. */
const PATIENCE = 32;
/**
 * How far a measured slope must exceed L to refute it, relative to L and, times the size,
 * absolutely. It is far above the rounding of float32, and above that of float16.
 */
const SLACK = 2 ** -10;
/** The squares of shorter vectors underflow in float32, so that their slopes say nothing. */
const TINY = 1e-18;

/**
 * When a sample is done: its error, or its residual if L is unknown, is at most `atol + rtol·size`.
 */
export interface Criterion {
  readonly lipschitz: number | undefined;
  readonly atol: number;
  readonly rtol: number;
  /** In place of `rtol` for a sample that has stopped improving. */
  readonly stalledRtol: number;
}

/**
 * The criterion of a solve. The default is the accuracy that float32 can reach. f is computed to
 * about 2⁻²³·size. A good solver gets a residual of that order, and so an error of 1/(1 − L) times
 * as much. The rounding errors of Picard steps add up to a residual 1/(1 − L) times as large, at
 * which the iteration runs in a cycle for ever.
 */
export function criterion({ lipschitz, atol = 1e-6, rtol }: FixedPointOptions): Criterion {
  if (rtol !== undefined) return { lipschitz, atol, rtol, stalledRtol: rtol };
  if (lipschitz === undefined) return { lipschitz, atol, rtol: 1e-6, stalledRtol: 1e-5 };
  const goal = (4 * ROUNDING) / (1 - lipschitz);
  return {
    lipschitz,
    atol,
    rtol: goal,
    stalledRtol: Math.max(goal, (2 * ROUNDING) / (1 - lipschitz) ** 2),
  };
}

/** The values that were read back after a step, `[B]` each. */
export interface Measured {
  /** ‖f(x) − x‖. */
  readonly residual: Float64Array;
  /** How large the numbers are whose rounding limits a sample. */
  readonly size: Float64Array;
  /** ‖x − x′‖ and ‖f(x) − f(x′)‖ for the point x′ before, if there was one. */
  readonly last?: { readonly distance: Float64Array; readonly change: Float64Array };
}

/** How far each sample is, on the host. */
export interface Convergence {
  /** `[B]`: which samples go on. */
  readonly active: readonly boolean[];
  /** The result so far. */
  readonly found: Omit<FixedPointResult, 'value' | 'evaluations'>;
  /** The evaluations that contradict L most, if there are any. */
  readonly refutation: () => Refutation | undefined;
  /** Take in the values after `step`. Finished samples keep their entries. */
  record(step: number, measured: Measured): void;
}

/** The convergence of a batch: every sample is active and nothing is known. */
export function trackConvergence(
  batch: number,
  { lipschitz, atol, rtol, stalledRtol }: Criterion,
): Convergence {
  const list = <T>(value: T): T[] => new Array<T>(batch).fill(value);
  const active = list(true);
  const found: Convergence['found'] = {
    converged: list(false),
    outcome: list('capped'),
    steps: list(0),
    residual: list(Infinity),
    errorBound: list(Infinity),
  };
  const least = list(Infinity);
  const leastAt = list(0);
  let refutation: Refutation | undefined;

  function refuted(i: number, { size, last }: Measured): boolean {
    if (lipschitz === undefined || !last) return false;
    const [distance, change] = [last.distance[i]!, last.change[i]!];
    if (!(change > lipschitz * distance * (1 + SLACK) + SLACK * size[i]! + TINY)) return false;
    const slope = change / distance;
    if (!(slope <= (refutation?.slope ?? -1))) refutation = { sample: i, lipschitz, slope };
    return true;
  }

  function record(step: number, measured: Measured): void {
    for (let i = 0; i < batch; i++) {
      if (!active[i]) continue;
      const r = measured.residual[i]!;
      const size = measured.size[i]!;
      const finite = Number.isFinite(r) && Number.isFinite(size);
      const contradicted = finite && refuted(i, measured);
      const bound =
        finite && !contradicted && lipschitz !== undefined
          ? (lipschitz * r + ROUNDING * size) / (1 - lipschitz)
          : Infinity;
      found.steps[i] = step;
      found.residual[i] = r;
      found.errorBound[i] = bound;
      if (r < least[i]!) {
        least[i] = r;
        leastAt[i] = step;
      }
      const stalled = step - leastAt[i]! >= PATIENCE;
      const error = lipschitz === undefined ? r : bound;
      const done = finite && error <= atol + (stalled ? stalledRtol : rtol) * size;
      found.converged[i] = done;
      active[i] = finite && !contradicted && !done && !stalled;
      if (!finite) found.outcome[i] = 'non-finite';
      else if (contradicted) found.outcome[i] = 'refuted';
      else if (done) found.outcome[i] = 'converged';
      else if (stalled) found.outcome[i] = 'stalled';
    }
  }
  return { active, found, refutation: () => refutation, record };
}

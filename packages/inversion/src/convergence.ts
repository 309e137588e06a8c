import type { FixedPointOptions } from './options';
import type { FixedPointResult, Refutation } from './result';

/**
 * The relative rounding of f(x) as a solve takes it, which decides when it ends: half a unit in the
 * last place for x itself, and as much for the sums inside f. The rounding of a map that knows it
 * replaces this in the bound that is reported.
 */
const ROUNDING = 2 ** -23;
/** A sample whose residual reached no new minimum in so many steps has stopped improving. */
const PATIENCE = 32;
/**
 * How far a measured slope must exceed L to refute it, relative to L and, times the size,
 * absolutely. It is far above the rounding of float32, and above that of float16.
 */
const SLACK = 2 ** -10;
/** A change of f that is so many times its rounding is not explained by it. */
const ROUNDED = 8;
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

type Found = Omit<FixedPointResult, 'value' | 'evaluations'>;

/** How far each sample is, on the host. */
export interface Convergence {
  /** `[B]`: which samples go on. */
  readonly active: readonly boolean[];
  /** The result so far. */
  readonly found: Found;
  /**
   * Take in the residual at the values themselves and the rounding of f there, both bounds from
   * above. A slope that rounding explains refutes nothing. With `adopt` the error bounds follow
   * from them, and are proven.
   */
  settle(residual: Float64Array, rounding: Float64Array, adopt: boolean): void;
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
  const found: { -readonly [K in keyof Found]: Found[K] } = {
    converged: list(false),
    outcome: list('capped'),
    steps: list(0),
    residual: list(Infinity),
    errorBound: list(Infinity),
    boundKind: 'estimated',
  };
  const least = list(Infinity);
  const leastAt = list(0);
  const refutations = new Map<number, Refutation & { readonly excess: number }>();

  function refuted(i: number, { size, last }: Measured): boolean {
    if (lipschitz === undefined || !last) return false;
    const [distance, change] = [last.distance[i]!, last.change[i]!];
    if (!(change > lipschitz * distance * (1 + SLACK) + SLACK * size[i]! + TINY)) return false;
    refutations.set(i, {
      sample: i,
      lipschitz,
      slope: change / distance,
      excess: change - lipschitz * distance,
    });
    return true;
  }

  function settle(residual: Float64Array, rounding: Float64Array, adopt: boolean): void {
    if (lipschitz === undefined) return;
    for (const [i, { excess }] of refutations) {
      // Both points were rounded, each perhaps at larger numbers than the last.
      if (!(excess <= ROUNDED * rounding[i]!)) continue;
      refutations.delete(i);
      found.outcome[i] = 'stalled';
      found.errorBound[i] = (lipschitz * found.residual[i]! + rounding[i]!) / (1 - lipschitz);
    }
    if (!adopt) return;
    found.boundKind = 'proven';
    for (let i = 0; i < batch; i++) {
      const bound = (residual[i]! + rounding[i]!) / (1 - lipschitz);
      // A length from above is never 0, so a 0 was not read from the device. The division and the
      // sum are rounded too, in float64.
      const known = residual[i]! > 0 && bound < Infinity && !refutations.has(i);
      found.errorBound[i] = known ? bound * (1 + 2 ** -50) : Infinity;
    }
  }

  function record(step: number, measured: Measured): void {
    for (let i = 0; i < batch; i++) {
      if (!active[i]) continue;
      const r = measured.residual[i]!;
      const size = measured.size[i]!;
      const finite = Number.isFinite(r + size);
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
      found.outcome[i] = !finite
        ? 'non-finite'
        : contradicted
          ? 'refuted'
          : done
            ? 'converged'
            : stalled
              ? 'stalled'
              : 'capped';
      active[i] = found.outcome[i] === 'capped';
    }
  }
  return {
    active,
    found,
    settle,
    record,
    refutation: () =>
      [...refutations.values()].reduce<Refutation | undefined>(
        (most, each) => (most && most.slope >= each.slope ? most : each),
        undefined,
      ),
  };
}

import { ensure } from '@iresnet/core/internal';

/** The learning rate of update number `step`, counted from 0. A pure function, so that a resumed run needs no state of it. */
export type Schedule = (step: number) => number;

/**
 * η(t) = `rate`.
 *
 * @example
 * ```ts
 * import { constant } from '@iresnet/training';
 *
 * console.log(constant(1e-3)(500)); // 0.001
 * ```
 */
export function constant(rate: number): Schedule {
  return () => rate;
}

/**
 * η(t) = s(0) · (t + 1)/n for t < n, then s(t − n): n steps of linear growth, then the schedule s from its own beginning.
 *
 * @param steps - n ≥ 0.
 * @param then - s.
 *
 * @example
 * ```ts
 * import { cosine, warmup } from '@iresnet/training';
 *
 * const schedule = warmup(100, cosine(1e-3, 900, { final: 1e-5 }));
 * console.log(schedule(0), schedule(100), schedule(1000)); // 1e-5, 1e-3, 1e-5
 * ```
 */
export function warmup(steps: number, then: Schedule): Schedule {
  checkSteps('training.warmup', steps, 0);
  return (step) => (step < steps ? (then(0) * (step + 1)) / steps : then(step - steps));
}

/**
 * η(t) = f + (η₀ − f)(1 + cos(π t/n))/2 for t ≤ n, then f (arXiv:1608.03983, without restarts).
 *
 * @param rate - η₀.
 * @param steps - n ≥ 1.
 * @param options - `final`: f, 0 by default.
 *
 * @example
 * ```ts
 * import { cosine } from '@iresnet/training';
 *
 * console.log(cosine(1, 100)(50), cosine(1, 100)(100)); // 0.5 0
 * ```
 */
export function cosine(rate: number, steps: number, { final = 0 }: { final?: number } = {}): Schedule {
  checkSteps('training.cosine', steps, 1);
  return (step) => final + ((rate - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * η(t) = η₀ · q^(t/n): a factor q every n steps, smoothly.
 *
 * @example
 * ```ts
 * import { exponential } from '@iresnet/training';
 *
 * console.log(exponential(1, 0.5, 100)(200)); // 0.25
 * ```
 */
export function exponential(rate: number, factor: number, steps: number): Schedule {
  checkSteps('training.exponential', steps, 1);
  return (step) => rate * factor ** (step / steps);
}

/**
 * η(t) = `rates[k]`, with k the number of `boundaries` ≤ t: constant pieces.
 *
 * @param boundaries - Ascending step numbers at which the next rate begins.
 * @param rates - One more than boundaries.
 *
 * @example
 * ```ts
 * import { piecewise } from '@iresnet/training';
 *
 * const schedule = piecewise([1000, 2000], [1e-3, 1e-4, 1e-5]);
 * console.log(schedule(999), schedule(1000), schedule(5000)); // 1e-3, 1e-4, 1e-5
 * ```
 */
export function piecewise(boundaries: readonly number[], rates: readonly number[]): Schedule {
  const where = 'training.piecewise';
  ensure(
    rates.length === boundaries.length + 1,
    where,
    () => `expected ${boundaries.length + 1} rates for ${boundaries.length} boundaries, got ${rates.length}`,
  );
  ensure(
    boundaries.every((boundary, i) => i === 0 || boundaries[i - 1]! < boundary),
    where,
    () => `expected ascending boundaries, got ${boundaries.join(', ')}`,
  );
  return (step) => rates[boundaries.filter((boundary) => boundary <= step).length]!;
}

function checkSteps(where: string, steps: number, least: number): void {
  ensure(
    Number.isInteger(steps) && steps >= least,
    where,
    () => `expected an integer steps ≥ ${least}, got ${steps}`,
  );
}

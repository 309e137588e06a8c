import { checkOptions, described, ensure } from '@iresnet/core/internal';

/**
 * The learning rate of update number `step`, counted from 0. It is a pure function, so that a
 * resumed run needs no state of it.
 */
export type Schedule = (step: number) => number;

/**
 * η(t) = `rate`.
 *
 * Wherever a schedule is expected, the number alone does the same.
 *
 * @throws IResNetError when the rate is not a finite number.
 *
 * @example
 * ```ts
 * import { constant } from '@iresnet/training';
 *
 * console.log(constant(1e-3)(500)); // 0.001
 * ```
 */
export function constant(rate: number): Schedule {
  checkRate('training.constant', 'rate', rate);
  return () => rate;
}

/**
 * η(t) = s(0) · (t + 1)/n for t < n, then s(t − n): n steps of linear growth, then the schedule s
 * from its own beginning.
 *
 * @param steps - n ≥ 0.
 * @param then - s, or a number for a constant rate.
 * @throws IResNetError when n is not such an integer or s is not a schedule.
 *
 * @example
 * ```ts
 * import { cosine, warmup } from '@iresnet/training';
 *
 * const schedule = warmup(100, cosine(1e-3, 900, { final: 1e-5 }));
 * console.log(schedule(0), schedule(100), schedule(1000)); // 1e-5, 1e-3, 1e-5
 * ```
 */
export function warmup(steps: number, then: Schedule | number): Schedule {
  checkSteps('training.warmup', steps, 0);
  const rest = asSchedule(then, 'training.warmup');
  return (step) => (step < steps ? (rest(0) * (step + 1)) / steps : rest(step - steps));
}

/**
 * η(t) = f + (η₀ − f)(1 + cos(π t/n))/2 for t ≤ n, then f (arXiv:1608.03983, without restarts).
 *
 * @param rate - η₀.
 * @param steps - n ≥ 1.
 * @param options - `final`: f, 0 by default.
 * @throws IResNetError when a rate is not a finite number, or n is not such an integer.
 *
 * @example
 * ```ts
 * import { cosine } from '@iresnet/training';
 *
 * console.log(cosine(1, 100)(50), cosine(1, 100)(100)); // 0.5 0
 * ```
 */
export function cosine(rate: number, steps: number, options: { final?: number } = {}): Schedule {
  const where = 'training.cosine';
  checkOptions(where, options, { final: true });
  const { final = 0 } = options;
  checkRate(where, 'rate', rate);
  checkRate(where, 'final', final);
  checkSteps(where, steps, 1);
  return (step) => final + ((rate - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * η(t) = η₀ · q^(t/n): a factor q every n steps, smoothly.
 *
 * @param rate - η₀.
 * @param factor - q > 0.
 * @param steps - n ≥ 1.
 * @throws IResNetError when a number is out of its range.
 *
 * @example
 * ```ts
 * import { exponential } from '@iresnet/training';
 *
 * console.log(exponential(1, 0.5, 100)(200)); // 0.25
 * ```
 */
export function exponential(rate: number, factor: number, steps: number): Schedule {
  const where = 'training.exponential';
  checkRate(where, 'rate', rate);
  ensure(factor > 0, where, () => `expected factor > 0, got ${described(factor)}`);
  checkSteps(where, steps, 1);
  return (step) => rate * factor ** (step / steps);
}

/**
 * η(t) = `rates[k]`, with k the number of `boundaries` ≤ t: constant pieces.
 *
 * @param boundaries - Ascending step numbers at which the next rate begins.
 * @param rates - One more than boundaries.
 * @throws IResNetError when the lists do not match or the boundaries do not ascend.
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
  rates.forEach((rate, i) => {
    checkRate(where, `rates[${i}]`, rate);
  });
  return (step) => rates[boundaries.filter((boundary) => boundary <= step).length]!;
}

/** A schedule, or the constant one that a number stands for. */
export function asSchedule(schedule: Schedule | number, where = 'training.fit'): Schedule {
  if (typeof schedule === 'function') return schedule;
  ensure(
    Number.isFinite(schedule),
    where,
    () => `expected a schedule such as cosine(0.01, 1000), or a number, got ${described(schedule)}`,
  );
  return constant(schedule);
}

function checkRate(where: string, name: string, rate: number): void {
  ensure(Number.isFinite(rate), where, () => `expected a finite ${name}, got ${described(rate)}`);
}

function checkSteps(where: string, steps: number, least: number): void {
  ensure(
    Number.isInteger(steps) && steps >= least,
    where,
    () => `expected an integer steps ≥ ${least}, got ${described(steps)}`,
  );
}

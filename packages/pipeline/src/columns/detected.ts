import { specKind } from '@iresnet/core/internal';
import { fitted, quantile, type SortedColumn } from './fitted';
import { columnTransform, type ColumnTransformSpec } from './specs';

/** A transform that suits a column, with what it gains. */
export interface Detected {
  readonly transform: ColumnTransformSpec;
  /** Nats a row: how much more a normal distribution fits the transformed column. */
  readonly gain: number;
}

/** Nats a row that a transform gains at least. A normal column loses 0.04 by an asinh. */
const WORTH = 0.1;
/** Rows at least: with fewer, a tail or a bound that shows may be chance. */
const LEAST = 50;
/** Both ends of the values lie within this share of evident bounds. */
const NEAR = 0.1;

/**
 * The transform after which a normal distribution fits a column best, by its mean log-likelihood in
 * the units of the column (Box and Cox, 1964): −ln s + mean ln t′ with s the deviation of t(x). It
 * has no parameter more than the column as it is, so a gain on the training rows is one.
 *
 * - asinh: any column; it gains where the tails are heavy.
 * - log: where all values are > 0 and 0 is not the next value of their grid.
 * - softplus from half a step below 0: where 0 stands in several rows and no value is less.
 * - logit: where all values are between 0 and 1, or 0 and 100, and come near to both.
 *
 * A transform to a support goes before asinh, since what is drawn then stays within it.
 *
 * @returns null where none gains {@link WORTH}, and for fewer than 50 rows.
 */
export function detected(title: string, column: SortedColumn): Detected | null {
  const { values } = column;
  if (values.length < LEAST) return null;
  const [low, high] = [values[0]!, values.at(-1)!];
  const before = normalFit(values, 'none');
  const tried = [fitted(title, column, 'asinh', {})];
  if (low > 0 && low > gridOf(values)) tried.push({ kind: 'log', low: 0 });
  if (low === 0 && values[1] === 0) {
    const step = values.find((x) => x > 0)!;
    tried.push(fitted(title, column, 'softplus', { low: -step / 2 }));
  }
  for (const bound of [1, 100])
    if (low > 0 && low < NEAR * bound && high < bound && high > (1 - NEAR) * bound)
      tried.push({ kind: 'logit', low: 0, high: bound });
  const worth = tried
    .map((transform) => ({ transform, gain: normalFit(values, transform) - before }))
    .filter(({ gain }) => gain >= WORTH)
    .sort((a, b) => b.gain - a.gain);
  return worth.find(({ transform }) => specKind(transform) !== 'asinh') ?? worth[0] ?? null;
}

/** −ln s + mean ln t′, nats a row; −Infinity where it is not a number. */
export function normalFit(values: Float64Array, spec: ColumnTransformSpec): number {
  const { forward, logSlope } = columnTransform(spec);
  const y = values.map(forward);
  const mean = y.reduce((sum, v) => sum + v / y.length, 0);
  const furthest = y.reduce((most, v) => Math.max(most, Math.abs(v - mean)), 0);
  const square = y.reduce((sum, v) => sum + ((v - mean) / furthest) ** 2 / y.length, 0);
  const slopes = values.reduce((sum, x) => sum + logSlope(x) / values.length, 0);
  const fit = slopes - Math.log(furthest) - Math.log(square) / 2;
  return Number.isNaN(fit) ? -Infinity : fit;
}

/** The least distance of two values that differ, among those below the median. */
function gridOf(values: Float64Array): number {
  const middle = quantile(values, 0.5);
  let least = Infinity;
  for (let i = 1; i < values.length && values[i]! <= middle; i++) {
    const step = values[i]! - values[i - 1]!;
    if (step > 0 && step < least) least = step;
  }
  return least === Infinity ? 0 : least;
}

import { IResNetError } from '@iresnet/core';
import type { TransformChoiceName, TransformChoiceOptions } from './choice';
import { columnTransform, type ColumnTransformSpec } from './specs';
import type { Knots } from './spline';

/** A column of training rows, in order of size. */
export interface SortedColumn {
  readonly name: string;
  readonly values: Float64Array;
}

/** Shares of a normal distribution below its quantiles, by which a spline has its knots. */
const NORMAL = [
  [0.0227501319, -2],
  [0.0668072013, -1.5],
  [0.1586552539, -1],
  [0.3085375387, -0.5],
  [0.5, 0],
  [0.6914624613, 0.5],
  [0.8413447461, 1],
  [0.9331927987, 1.5],
  [0.9772498681, 2],
] as const;
/** The deviation of a normal distribution over its median distance to the center. */
const ROBUST = 1.4826;

/** The value below which a share of a sorted column lies, between two of its values. */
export function quantile(values: Float64Array, share: number): number {
  const at = share * (values.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, values.length - 1);
  return values[below]! + (at - below) * (values[above]! - values[below]!);
}

/**
 * A transform with what it takes from a column: the center of an asinh, the scale of a softplus,
 * the knots of a spline.
 *
 * @param title - Name of the table, for the message.
 * @throws IResNetError of kind `data` when the column has values beyond the support.
 */
export function fitted<K extends Exclude<TransformChoiceName, 'auto'>>(
  title: string,
  column: SortedColumn,
  kind: K,
  options: TransformChoiceOptions[K],
): ColumnTransformSpec {
  const spec = specOf(column.values, kind, options);
  const { support } = columnTransform(spec);
  const [low, high] = [column.values[0]!, column.values.at(-1)!];
  if (low > support[0] && high < support[1]) return spec;
  const wrong = low > support[0] ? high : low;
  throw new IResNetError(
    'data',
    title,
    `expected values in (${support.join(', ')}) for ${kind} of column '${column.name}', got ${wrong}`,
  );
}

function specOf<K extends Exclude<TransformChoiceName, 'auto'>>(
  values: Float64Array,
  kind: K,
  given: TransformChoiceOptions[K],
): ColumnTransformSpec {
  const { low = 0, high = 1, knots = NORMAL.length } = given as Partial<Record<string, number>>;
  switch (kind) {
    case 'asinh': {
      const center = quantile(values, 0.5);
      return { kind, center, scale: typical(values, center) * ROBUST } as ColumnTransformSpec;
    }
    case 'log':
      return { kind: 'log', low };
    case 'softplus':
      return { kind: 'softplus', low, scale: Math.max(typical(values, low), Number.MIN_VALUE) };
    case 'logit':
      return { kind: 'logit', low, high };
    case 'spline':
      return splineOf(values, knots);
    default:
      return 'none';
  }
}

/**
 * The median distance to a center; where half of the values are one, of those that differ from it.
 */
function typical(values: Float64Array, center: number): number {
  const distances = values.map((x) => Math.abs(x - center)).sort();
  const median = quantile(distances, 0.5);
  return median > 0
    ? median
    : quantile(
        distances.filter((d) => d > 0),
        0.5,
      );
}

/**
 * Knots at the quantiles that five values or more lie beyond, each once, with slopes between those
 * beside it.
 */
function splineOf(values: Float64Array, most: number): ColumnTransformSpec {
  const skip = Math.floor((NORMAL.length - most) / 2);
  const x: number[] = [];
  const y: number[] = [];
  for (const [share, score] of NORMAL.slice(skip, skip + most)) {
    if (Math.min(share, 1 - share) * values.length < 5 && score !== 0 && Math.abs(score) > 1) continue;
    const at = quantile(values, share);
    // Of a value that many rows have, one knot.
    if (x.length > 0 && !(at > x.at(-1)!)) continue;
    x.push(at);
    y.push(score);
  }
  if (x.length < 2) return 'none';
  return { kind: 'spline', x, y, slope: slopesOf({ x, y }) };
}

/** Harmonic means of the secants beside each knot, which keep a spline near its knots. */
function slopesOf({ x, y }: Omit<Knots, 'slope'>): number[] {
  const secants = x.slice(1).map((end, k) => (y[k + 1]! - y[k]!) / (end - x[k]!));
  return x.map((_, k) => {
    const [before, after] = [secants[k - 1] ?? secants[k]!, secants[k] ?? secants[k - 1]!];
    return 2 / (1 / before + 1 / after);
  });
}

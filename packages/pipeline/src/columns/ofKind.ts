import type { ColumnKind } from '@iresnet/datasets';
import { normalFit } from './detected';
import { fitted, type SortedColumn } from './fitted';
import type { ColumnTransformSpec } from './specs';

/** Different whole numbers up to which each has a mass of its own. */
const MOST_MASSES = 100;
/** Rows for each of them, on average, at least. */
const LEAST_ROWS = 3;

/**
 * The transform that the kind of a column asks for; undefined where any will do.
 *
 * - A category gets the masses of its values, (n + ½)/(N + K/2) with n of the N training rows
 *   (Krichevsky and Trofimov, 1981), so that a value of which training has none keeps a share.
 * - Whole numbers and dates get masses too where few are different. Beyond the least and the
 *   largest the mass falls like e^(−distance/scale), scale half the range, and ends where the
 *   values do.
 * - Other whole numbers that end, and positive and bounded columns, get a transform to their
 *   support.
 *
 * @param column - Training values in order, with their noise.
 */
export function transformOfKind(
  title: string,
  column: SortedColumn,
  kind: ColumnKind,
): ColumnTransformSpec | undefined {
  const { values } = column;
  switch (kind.kind) {
    case 'category': {
      const count = kind.values.length + (kind.missing ? 1 : 0);
      const found = countsOf(values);
      const total = values.length + count / 2;
      const mass = Array.from({ length: count }, (_, k) => ((found.get(k) ?? 0) + 0.5) / total);
      return { kind: 'masses', low: 0, mass, below: 0, above: 0, scale: 1 };
    }
    case 'integer':
    case 'date': {
      const { low, high } = kind as { low?: number; high?: number };
      const found = countsOf(values);
      if (found.size <= MOST_MASSES && values.length >= LEAST_ROWS * found.size) {
        const spec = massesOf(found, values.length, low, high);
        if (spec) return spec;
      }
      if (low !== undefined && high !== undefined)
        return fitted(title, column, 'logit', { low, high: high + 1 });
      if (low !== undefined) return aboveLow(title, column, low);
      return undefined;
    }
    case 'positive':
      return aboveLow(title, column, kind.low ?? 0);
    case 'bounded':
      return fitted(title, column, 'logit', { low: kind.low, high: kind.high });
    default:
      return undefined;
  }
}

/** The better of the two transforms to the numbers above a bound. */
function aboveLow(title: string, column: SortedColumn, low: number): ColumnTransformSpec {
  const tried = [fitted(title, column, 'softplus', { low }), fitted(title, column, 'log', { low })];
  const [plain, log] = tried.map((spec) => normalFit(column.values, spec));
  return log! > plain! ? tried[1]! : tried[0]!;
}

/** How many rows have each whole number. */
function countsOf(values: Float64Array): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const value of values) found.set(Math.floor(value), (found.get(Math.floor(value)) ?? 0) + 1);
  return found;
}

/** Masses of the whole numbers from the least to the largest; undefined where they are too many. */
function massesOf(
  found: ReadonlyMap<number, number>,
  rows: number,
  low = -Infinity,
  high = Infinity,
): ColumnTransformSpec | undefined {
  const [least, largest] = [Math.min(...found.keys()), Math.max(...found.keys())];
  // A tail has no end, so that values which end have none.
  const [from, to] = [Number.isFinite(low) ? low : least, Number.isFinite(high) ? high : largest];
  const count = to - from + 1;
  if (count > 4 * MOST_MASSES) return undefined;
  const [below, above] = [Number.isFinite(low) ? 0 : 0.5, Number.isFinite(high) ? 0 : 0.5];
  // What does not occur among so many shares one half of a row with all of its like.
  const empty = count - found.size;
  const total = rows + found.size / 2 + (empty > 0 ? 0.5 : 0) + below + above;
  const mass = Array.from({ length: count }, (_, k) => {
    const rowsOf = found.get(from + k);
    return (rowsOf === undefined ? 0.5 / empty : rowsOf + 0.5) / total;
  });
  const scale = Math.max(1, (largest - least) / 2);
  return { kind: 'masses', low: from, mass, below: below / total, above: above / total, scale };
}

import type { FieldsOf } from '@iresnet/core/internal';
import type { ColumnKind, Table } from '@iresnet/datasets';
import { columnTransform, type ColumnTransformSpec } from './specs';

/**
 * What a value of a column can be, as its training rows show it: a row that is drawn holds no
 * other.
 */
export interface PossibleValues {
  /** Values are whole multiples of 1/per: 100 for two decimals, 24 for a time in whole hours. */
  readonly per?: number;
  /**
   * The least value, and the largest. Absent: there is none, or the transform of the column keeps
   * it.
   */
  readonly low?: number;
  readonly high?: number;
}

/** The rules for {@link PossibleValues}. */
export const possibleFields: FieldsOf<PossibleValues> = {
  per: { type: 'number', above: 0, optional: true, doc: 'Values are multiples of 1/per.' },
  low: { type: 'number', optional: true, doc: 'The least value.' },
  high: { type: 'number', optional: true, doc: 'The largest value.' },
};

/** Decimals at most: numbers with more were computed, not written. */
const DECIMALS = 12;
/** Steps of a time, in parts of a day. */
const TIMES = [1, 24, 1440, 86_400, 86_400_000];
/** Rows that share the least or the largest value, and their share, from which it is an end. */
const [SHARED, SHARE] = [5, 0.02];
/** Both ends of shares lie within this part of the whole. */
const NEAR = 0.1;
/** Up to here each whole number has a float64. */
const WHOLE = 2 ** 53;

/**
 * What the values of each column can be.
 *
 * - A category has its values, an integer and a date those of their kind.
 * - A number has the decimals that the column has, up to 12, and a time its hours, minutes or
 *   seconds.
 * - A column without a value below 0 falls to no value below 0, and where none is 0, to none that
 *   is; the same above. Shares, between 0 and 1 or 0 and 100 and near to both, stay there.
 * - A least or a largest value that 2 % of the rows share, and five at least, is an end.
 * - What the support of a transform leaves out stays out after the rounding too.
 *
 * @param table - Training rows.
 * @returns null where nothing is known of any column.
 */
export function possibleValues(
  { columns, rows, values }: Table,
  kinds: readonly ColumnKind[] | undefined,
  transforms: readonly ColumnTransformSpec[] | null,
): PossibleValues[] | null {
  const width = columns.length;
  const found = columns.map((_, j): PossibleValues => {
    const kind = kinds?.[j] ?? { kind: 'real' };
    if (kind.kind === 'category')
      return { per: 1, low: 0, high: kind.values.length - (kind.missing ? 0 : 1) };
    const column = Float64Array.from({ length: rows }, (__, i) => values[i * width + j]!)
      .filter((value) => !Number.isNaN(value))
      .sort();
    if (kind.kind === 'time') return perOf(column, TIMES, 2 ** -50);
    if (kind.kind === 'date') return { per: 1 };
    const whole = kind.kind === 'integer';
    const { per } = whole ? { per: 1 } : perOf(column, tens, 0);
    const [open, close] = columnTransform(transforms?.[j] ?? 'none').support;
    const ends = endsOf(column, per, open, close);
    // A whole number k was seen as k + u, u in (0, 1).
    const inner = whole
      ? { low: Math.ceil(open), high: Math.floor(close) - 1 }
      : {
          low: per ? (Math.floor(open * per) + 1) / per : open,
          high: per ? (Math.ceil(close * per) - 1) / per : close,
        };
    const own: { readonly low?: number; readonly high?: number } = kind.kind === 'integer' ? kind : {};
    const low = Math.max(own.low ?? -Infinity, inner.low, ends.low);
    const high = Math.min(own.high ?? Infinity, inner.high, ends.high);
    return {
      ...(per !== undefined && { per }),
      // Without a grid the transform itself keeps its support.
      ...(Number.isFinite(low) && (per !== undefined || low > open) && { low }),
      ...(Number.isFinite(high) && (per !== undefined || high < close) && { high }),
    };
  });
  return found.some((column) => Object.keys(column).length > 0) ? found : null;
}

/** 1, 10, 100, …. */
const tens = Array.from({ length: DECIMALS + 1 }, (_, k) => 10 ** k);

/** The coarsest grid of some that holds all values, up to a relative rounding. */
function perOf(column: Float64Array, grids: readonly number[], rounding: number): PossibleValues {
  let at = 0;
  const fits = (x: number): boolean => {
    const n = x * grids[at]!;
    return Math.abs(n) < WHOLE && Math.abs(Math.round(n) / grids[at]! - x) <= rounding * Math.abs(x);
  };
  for (const x of column) while (at < grids.length && !fits(x)) at++;
  return at < grids.length ? { per: grids[at]! } : {};
}

/** Ends that sorted values show; `open` and `close` are those that a transform keeps. */
function endsOf(column: Float64Array, per: number | undefined, open: number, close: number) {
  const rows = column.length;
  const [least, largest] = [column[0]!, column[rows - 1]!];
  const shared = Math.max(SHARED, Math.ceil(SHARE * rows));
  const whole = [1, 100].find(
    (all) => least >= 0 && least < NEAR * all && largest > (1 - NEAR) * all && largest <= all,
  );
  /** The end that no value passes, or the nearest value before one that none reaches. */
  const before = (end: number, value: number, direction: 1 | -1, kept: boolean): number => {
    if (value === end) return end;
    if (per !== undefined) return (Math.round(end * per) - direction) / per;
    return kept ? direction * Infinity : value;
  };
  // Beyond the table, where it is shorter, nothing is shared.
  const lowIsShared = column[shared - 1] === least;
  const highIsShared = column[rows - shared] === largest;
  const low = lowIsShared ? least : least >= 0 ? before(0, least, -1, open >= 0) : -Infinity;
  const top = whole ?? (largest <= 0 ? 0 : undefined);
  const high = highIsShared ? largest : top === undefined ? Infinity : before(top, largest, 1, close <= top);
  return { low, high };
}

/** Takes rows to the nearest that can be, in place; null where all can be. */
export function belonging(
  possible: readonly PossibleValues[] | undefined,
): ((row: Float64Array) => Float64Array) | null {
  if (!possible) return null;
  return (row) => {
    possible.forEach(({ per, low = -Infinity, high = Infinity }, j) => {
      let x = row[j]!;
      if (per !== undefined && Math.abs(x * per) < WHOLE) x = Math.round(x * per) / per;
      // + 0: the grid has one zero.
      row[j] = Math.min(high, Math.max(low, x)) + 0;
    });
    return row;
  };
}

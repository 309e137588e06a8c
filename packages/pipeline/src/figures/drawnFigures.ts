import type { ColumnKind } from '@iresnet/datasets';
import { columnMoments, estimateMean, nearestRows, type Estimate } from '@iresnet/evaluation';
import { meanWithin, type MeanWithin, type Rows } from './meansWithin';

/** How far draws, and real rows that were held out, are from training rows. */
export interface Beside<T> {
  readonly drawn: T;
  readonly heldOut: T;
}

/** How rows that a model draws compare with real ones. */
export interface DrawnFigures {
  /**
   * The column whose values differ most: sup |F(v) − G(v)| of the shares of values up to v, F of
   * the training rows (the distance of Kolmogorov and Smirnov).
   */
  readonly marginal: Beside<number> & { readonly column: string };
  /** The pair of columns of numbers whose correlation differs most from the training rows. */
  readonly correlation:
    (Beside<number> & { readonly training: number; readonly columns: readonly [string, string] }) | null;
  /** The mean of a column over the rows with one word that differs most from the training rows. */
  readonly within: MeanWithin | null;
  /**
   * Mean distance to the nearest training row, in deviations of the columns: a model that copied
   * rows would draw nearer ones than held-out rows are.
   */
  readonly nearest: Beside<Estimate>;
}

/** Rows of which a nearest one is looked for, and columns whose correlations are. */
const [COMPARED, CORRELATED] = [500, 64];
/** Held-out rows at least: of fewer the figures are chance. */
const LEAST = 10;

/**
 * Compare draws with training rows, beside rows that were held out.
 *
 * @param columns - Their names.
 * @param drawn - Rows of the model.
 * @param kinds - What the columns hold; numbers where they are not given.
 * @returns The figures; null where fewer than ten held-out or training rows have all values. Cost:
 * 2 · 500 distances to all training rows.
 */
export function drawnFigures(
  columns: readonly string[],
  { drawn, training, heldOut }: { readonly drawn: Rows; readonly training: Rows; readonly heldOut: Rows },
  kinds: readonly (ColumnKind | undefined)[] = [],
): DrawnFigures | null {
  const [a, known, real] = [drawn, training, heldOut].map(complete) as [Rows, Rows, Rows];
  if (Math.min(a.length, known.length, real.length) < LEAST) return null;
  const differences = columns.map((column, j) => {
    const [of, others, reals] = [known, a, real].map((rows) => sorted(rows, j)) as Values3;
    return { column, drawn: distance(of, others), heldOut: distance(of, reals) };
  });
  // Codes of words have no correlation that says anything.
  const numbers = [...columns.keys()].filter((j) => kinds[j]?.kind !== 'category').slice(0, CORRELATED);
  const pick = (rows: Rows): Rows => rows.map((row) => numbers.map((j) => row[j]!));
  return {
    marginal: largest(differences, ({ drawn: value }) => value)!,
    correlation: correlationOf(
      numbers.map((j) => columns[j]!),
      pick(known),
      pick(a),
      pick(real),
    ),
    within: meanWithin(
      columns,
      kinds,
      { drawn: a, training: known, heldOut: real },
      momentsOf(known).deviation,
      LEAST,
    ),
    nearest: nearestOf(known, a, real),
  };
}

type Values3 = [Float64Array, Float64Array, Float64Array];

const complete = (rows: Rows): Rows => rows.filter((row) => row.every(Number.isFinite));

const sorted = (rows: Rows, j: number): Float64Array => Float64Array.from(rows, (row) => row[j]!).sort();

/** sup |F − G| of two sorted samples. */
function distance(f: Float64Array, g: Float64Array): number {
  let [i, j, most] = [0, 0, 0];
  while (i < f.length && j < g.length) {
    const value = Math.min(f[i]!, g[j]!);
    while (i < f.length && f[i] === value) i++;
    while (j < g.length && g[j] === value) j++;
    most = Math.max(most, Math.abs(i / f.length - j / g.length));
  }
  return most;
}

function correlationOf(
  columns: readonly string[],
  training: Rows,
  drawn: Rows,
  heldOut: Rows,
): DrawnFigures['correlation'] {
  const [of, others, reals] = [training, drawn, heldOut].map((rows) => correlations(rows, columns.length));
  const pairs = columns.flatMap((a, i) =>
    columns.slice(0, i).map((b, j) => ({
      columns: [b, a] as const,
      training: of![i]![j]!,
      drawn: others![i]![j]!,
      heldOut: reals![i]![j]!,
    })),
  );
  // A column that is constant in some sample has none.
  const known = pairs.filter((pair) => Number.isFinite(pair.training + pair.drawn + pair.heldOut));
  return largest(known, (pair) => Math.abs(pair.drawn - pair.training));
}

/** Correlations of the first d columns. */
function correlations(rows: Rows, d: number): number[][] {
  const moments = momentsOf(rows);
  const z = inDeviations(rows, moments);
  const constant = (j: number): boolean => moments.deviation[j] === 0;
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: i }, (_, j) =>
      constant(i) || constant(j) ? NaN : z.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / z.length,
    ),
  );
}

function nearestOf(training: Rows, drawn: Rows, heldOut: Rows): Beside<Estimate> {
  const moments = momentsOf(training);
  const references = inDeviations(training, moments).flat();
  const of = (rows: Rows): Estimate => {
    const flat = inDeviations(rows.slice(0, COMPARED), moments).flat();
    return estimateMean(nearestRows(flat, references, training[0]!.length).distances);
  };
  return { drawn: of(drawn), heldOut: of(heldOut) };
}

type Moments = ReturnType<typeof columnMoments>;

function momentsOf(rows: Rows): Moments {
  const names = rows[0]!.map(String);
  return columnMoments({ columns: names, rows: rows.length, values: Float64Array.from(rows.flat()) });
}

const inDeviations = (rows: Rows, { mean, deviation }: Moments): number[][] =>
  rows.map((row) => row.map((value, j) => (value - mean[j]!) / (deviation[j]! || 1)));

function largest<T>(list: readonly T[], value: (item: T) => number): T | null {
  return list.reduce<T | null>((most, item) => (most && value(most) >= value(item) ? most : item), null);
}

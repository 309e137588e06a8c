import type { FieldsOf } from '@iresnet/core/internal';
import type { ColumnKind, Table } from '@iresnet/datasets';
import { columnMoments } from '@iresnet/evaluation';
import { cholesky } from './conditioning';

/** How far the mean of a column is moved in rows with each value of a category. */
export interface CategoryEffect {
  /** The column of the category, and the column of numbers that is moved. */
  readonly category: string;
  readonly column: string;
  /** The move for each code of the category, in units of the transformed column. */
  readonly shift: readonly number[];
}

/** The rules for a {@link CategoryEffect}. */
export const categoryEffectFields: FieldsOf<CategoryEffect> = {
  category: { type: 'text', doc: 'The column of the category.' },
  column: { type: 'text', doc: 'The column of numbers.' },
  shift: { type: 'numbers', doc: 'The move for each value of the category.' },
};

/** Rows at least, and rows that effects are taken from at most. */
const [LEAST_ROWS, MOST_ROWS] = [20, 50_000];
/** Values of all categories together at most; a category beyond has no effects. */
const MOST_VALUES = 256;
/** Rows by which the mean of a category is drawn to that of all: the numbers that are tried. */
const DRAWN_BY = [1, 4, 16, 64];
const FOLDS = 5;
/** The share of its squares that the effects on a column must explain in rows that are left out. */
const LEAST_GAIN = 0.01;

/** How many values a column has where it holds categories; 0 for any other. */
export function valuesOf(kind: ColumnKind | undefined): number {
  return kind?.kind === 'category' ? kind.values.length + Number(kind.missing ?? false) : 0;
}

/**
 * Effects of categories on the means of columns: E[y | c₁, c₂, …] ≈ Σₖ βₖ[cₖ], by least squares
 * with a penalty of λ rows, Σ (y − Σₖ βₖ[cₖ])² + λ Σ β².
 *
 * A contraction can hardly follow a mean that jumps from one category to the next. Less its effects
 * a column has no jumps, and has them again when the row comes back: a map of volume 1. For each
 * column λ is the one of four values from 1 to 64 that leaves the least squares in rows that were
 * left out, by 5-fold cross-validation. A column of whose squares they explain less than 1 % there
 * has no effects.
 *
 * @param table - Training rows in random order, transformed.
 * @param codes - The same rows, whose columns of categories hold the code and less than 1 more.
 * @param kinds - What the columns hold.
 * @returns Null where there are no effects: without categories or numbers, and of fewer than 20
 * rows. Cost O(n p + 20 p³) for p values of categories.
 */
export function categoryEffects(
  table: Table,
  codes: Table,
  kinds: readonly ColumnKind[] | undefined,
): readonly CategoryEffect[] | null {
  const { columns } = table;
  const rows = Math.min(table.rows, MOST_ROWS);
  const all = Array.from(columns.keys());
  const numbers = all.filter((j) => valuesOf(kinds?.[j]) === 0);
  let size = 0;
  /** Of each category, its column and its place among the values of all. */
  const categories = all.flatMap((column) => {
    const values = valuesOf(kinds?.[column]);
    if (values === 0 || size + values > MOST_VALUES) return [];
    size += values;
    return [{ column, values, from: size - values }];
  });
  if (categories.length === 0 || numbers.length === 0 || rows < LEAST_ROWS) return null;

  const { mean, deviation } = columnMoments(table);
  const parts = Array.from({ length: FOLDS }, () => squares(size, numbers.length));
  for (let i = 0; i < rows; i++) {
    const at = i * columns.length;
    const on = categories.map(({ column, from }) => from + Math.floor(codes.values[at + column]!));
    add(parts[i % FOLDS]!, on, Float64Array.from(numbers, (j) => (table.values[at + j]! - mean[j]!) / deviation[j]!)); // prettier-ignore
  }
  const total = parts.reduce(sum);
  const left = parts.map((part) => DRAWN_BY.map((lambda) => solved(minus(total, part), lambda)));
  const whole = DRAWN_BY.map((lambda) => solved(total, lambda));
  const effects = numbers.flatMap((column, j): CategoryEffect[] => {
    const lost = DRAWN_BY.map((_, l) =>
      parts.reduce((sum, part, fold) => sum + remaining(part, left[fold]![l]![j]!, j), 0),
    );
    const least = Math.min(...lost);
    if (!(least < (1 - LEAST_GAIN) * total.y2[j]!)) return [];
    const beta = whole[lost.indexOf(least)]![j]!;
    return categories.map(({ column: category, values, from }) => ({
      category: columns[category]!,
      column: columns[column]!,
      shift: Array.from(beta.subarray(from, from + values), (shift) => shift * deviation[column]!),
    }));
  });
  return effects.length > 0 ? effects : null;
}

/** Sums over rows, of x with a 1 for each value that a row has, and of its numbers y. */
interface Squares {
  /** Σ x xᵀ, `[p, p]`. */
  readonly xx: Float64Array;
  /** Σ x yⱼ, `[p]` for each number. */
  readonly xy: readonly Float64Array[];
  /** Σ yⱼ². */
  readonly y2: Float64Array;
}

function squares(p: number, numbers: number): Squares {
  return {
    xx: new Float64Array(p * p),
    xy: Array.from({ length: numbers }, () => new Float64Array(p)),
    y2: new Float64Array(numbers),
  };
}

function add({ xx, xy, y2 }: Squares, on: readonly number[], y: Float64Array): void {
  const p = Math.sqrt(xx.length);
  for (const a of on) for (const b of on) xx[a * p + b]! += 1;
  y.forEach((value, j) => {
    for (const a of on) xy[j]![a]! += value;
    y2[j]! += value * value;
  });
}

function combined(a: Squares, b: Squares, sign: number): Squares {
  const of = (one: Float64Array, other: Float64Array) => one.map((value, i) => value + sign * other[i]!);
  return { xx: of(a.xx, b.xx), xy: a.xy.map((xy, j) => of(xy, b.xy[j]!)), y2: of(a.y2, b.y2) };
}

const sum = (a: Squares, b: Squares): Squares => combined(a, b, 1);
const minus = (a: Squares, b: Squares): Squares => combined(a, b, -1);

/** β of each number: (Σ x xᵀ + λ I) β = Σ x y. */
function solved({ xx, xy }: Squares, lambda: number): Float64Array[] {
  const p = Math.sqrt(xx.length);
  const factor = cholesky(p, (i, j) => xx[i * p + j]! + (i === j ? lambda : 0));
  return xy.map((known) => {
    const beta = Float64Array.from(known);
    for (let i = 0; i < p; i++) {
      for (let k = 0; k < i; k++) beta[i]! -= factor[i]![k]! * beta[k]!;
      beta[i]! /= factor[i]![i]!;
    }
    for (let i = p - 1; i >= 0; i--) {
      for (let k = i + 1; k < p; k++) beta[i]! -= factor[k]![i]! * beta[k]!;
      beta[i]! /= factor[i]![i]!;
    }
    return beta;
  });
}

/** Σ (yⱼ − xᵀβ)². */
function remaining({ xx, xy, y2 }: Squares, beta: Float64Array, j: number): number {
  const p = beta.length;
  let rest = y2[j]!;
  for (let a = 0; a < p; a++) {
    rest -= 2 * beta[a]! * xy[j]![a]!;
    for (let b = 0; b < p; b++) rest += beta[a]! * xx[a * p + b]! * beta[b]!;
  }
  return rest;
}

import { role, type Roles } from './roles';

/**
 * The least pivot: what follows from other columns but for rounding is not magnified without end.
 */
const LEAST = 1e-5;
/** Patterns that are kept. */
const KEPT = 512;

/**
 * N(0, R) of some columns of which others are known, by a triangular factor of R in their order.
 */
export interface Pattern {
  /** The known columns and then those that are asked for. */
  readonly order: readonly number[];
  /** How many of them are known. */
  readonly known: number;
  /** L with L Lᵀ = R in that order, row by row up to the diagonal. */
  readonly factor: readonly Float64Array[];
}

/**
 * The lower triangular L with L Lᵀ = A, row by row up to the diagonal.
 *
 * @param entry - Aᵢⱼ for j ≤ i < d. A pivot is 1e-5 at least.
 */
export function cholesky(d: number, entry: (i: number, j: number) => number): Float64Array[] {
  const factor: Float64Array[] = [];
  for (let i = 0; i < d; i++) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j < i ? factor[j]! : row;
      let rest = entry(i, j);
      for (let k = 0; k < j; k++) rest -= row[k]! * other[k]!;
      row[j] = i === j ? Math.sqrt(Math.max(rest, LEAST ** 2)) : rest / other[j]!;
    }
    factor.push(row);
  }
  return factor;
}

/**
 * The patterns of N(0, R) by the roles of its columns; missing ones are left out. With R the
 * identity, null, nothing is computed. Cost: O(d³) a pattern, of which some are kept.
 */
export function conditioning(correlations: readonly Float64Array[] | null): (roles: Roles) => Pattern {
  const found = new Map<string, Pattern>();
  return (roles) => {
    const key = roles.join('');
    const before = found.get(key);
    if (before) return before;
    const of = (wanted: number): number[] => Array.from(roles.keys()).filter((j) => roles[j] === wanted);
    const known = of(role.known);
    const order = [...known, ...of(role.asked)];
    const factor = cholesky(order.length, (i, j) => {
      const [a, b] = [order[i]!, order[j]!];
      return correlations ? correlations[Math.max(a, b)]![Math.min(a, b)]! : Number(a === b);
    });
    if (found.size >= KEPT) found.clear();
    const pattern = { order, known: known.length, factor };
    found.set(key, pattern);
    return pattern;
  };
}

/** y = L⁻¹ u, in the order of a pattern: the first `count` of it. */
export function whitened({ order, factor }: Pattern, u: ArrayLike<number>, count: number): Float64Array {
  const y = new Float64Array(order.length);
  for (let i = 0; i < count; i++) {
    const row = factor[i]!;
    let rest = u[order[i]!]!;
    for (let j = 0; j < i; j++) rest -= row[j]! * y[j]!;
    y[i] = rest / row[i]!;
  }
  return y;
}

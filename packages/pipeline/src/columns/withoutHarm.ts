import { completeRows, type Table } from '@iresnet/datasets';
import { firstRows } from '../rows';
import { columnTransform, type ColumnTransformSpec } from './specs';

/** Rows that correlations are taken from; they lie in random order. */
const ROWS = 2000;
/** Columns at most: beyond, what each column gains alone decides. */
const COLUMNS = 64;
/**
 * Variance that directions of the standardized columns have at least, as with a noise of 0.01
 * deviations.
 */
const RIDGE = 1e-4;

/**
 * Drop the transforms that cost the joint normal fit of all columns more than they gain for their
 * own: columns that add up to a total, or go with each other along a line, would leave it.
 *
 * With R the correlations of the transformed columns the fit is Σ gains − ½ ln det(R + ridge), nats
 * a row. From all and from none of the transforms, each in turn is taken or dropped by it until
 * nothing changes; the better end counts. Cost: a determinant a step.
 *
 * @param gains - Nats a row of each detected transform for its own column; one with 0 is kept.
 */
export function withoutHarm(
  table: Table,
  transforms: readonly ColumnTransformSpec[],
  gains: readonly number[],
): ColumnTransformSpec[] {
  const d = transforms.length;
  const found = gains.flatMap((gain, j) => (gain > 0 ? [j] : []));
  const kept = [...transforms];
  if (found.length === 0 || d === 1 || d > COLUMNS) return kept;
  // Column j transformed is variable j; as it is, where both are asked for, d + its place in
  // `found`.
  const plain = new Map(found.map((j, k) => [j, d + k]));
  const correlations = correlationsOf(
    table,
    [...transforms, ...found.map(() => 'none' as const)],
    [...transforms.keys(), ...found],
  );
  const fit = (on: ReadonlySet<number>): number => {
    const variables = transforms.map((_, j) => (plain.has(j) && !on.has(j) ? plain.get(j)! : j));
    const gained = found.reduce((sum, j) => sum + (on.has(j) ? gains[j]! : 0), 0);
    return gained - halfLogDet(variables.map((a) => variables.map((b) => correlations[a]![b]!)));
  };
  const climbed = (start: readonly number[]) => {
    let on: ReadonlySet<number> = new Set(start);
    let best = fit(on);
    for (let changed = true; changed;) {
      changed = false;
      for (const j of found) {
        const other = new Set(on);
        if (!other.delete(j)) other.add(j);
        const then = fit(other);
        // A step is a gain beyond rounding, so that the steps end.
        if (!(then > best + 1e-9)) continue;
        [on, best, changed] = [other, then, true];
      }
    }
    return { on, best };
  };
  const [all, none] = [climbed(found), climbed([])];
  const { on } = none.best > all.best ? none : all;
  for (const j of found) if (!on.has(j)) kept[j] = 'none';
  return kept;
}

function correlationsOf(
  table: Table,
  specs: readonly ColumnTransformSpec[],
  sources: readonly number[],
): number[][] {
  const { columns, rows, values } = firstRows(completeRows(table), ROWS);
  const standard = specs.map((spec, k) => {
    const { forward } = columnTransform(spec);
    const y = Float64Array.from({ length: rows }, (_, i) =>
      forward(values[i * columns.length + sources[k]!]!),
    );
    const mean = y.reduce((sum, v) => sum + v / rows, 0);
    const off = y.map((v) => v - mean);
    const most = off.reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
    const length = Math.sqrt(off.reduce((sum, v) => sum + (v / most) ** 2, 0)) * most || 1;
    return off.map((v) => v / length);
  });
  return standard.map((a) => standard.map((b) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)));
}

/** ½ ln det(R + ridge I) by Cholesky. */
function halfLogDet(matrix: number[][]): number {
  const d = matrix.length;
  let sum = 0;
  for (let i = 0; i < d; i++) {
    matrix[i]![i]! += RIDGE;
    for (let j = 0; j <= i; j++) {
      let left = matrix[i]![j]!;
      for (let k = 0; k < j; k++) left -= matrix[i]![k]! * matrix[j]![k]!;
      if (i > j) matrix[i]![j] = left / matrix[j]![j]!;
      else {
        const pivot = Math.sqrt(Math.max(left, RIDGE / 2));
        matrix[i]![i] = pivot;
        sum += Math.log(pivot);
      }
    }
  }
  return sum;
}

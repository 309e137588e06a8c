import { cellOf } from '@iresnet/datasets';
import type { ColumnTransform } from './columns/columnTransform';
import { discrete } from './columns/discrete';
import type { TableInput } from './input';

/** An example that a model cannot judge, and why. */
export interface Unusable {
  /** Its position in the data, from 0. */
  readonly index: number;
  /** The column that is to blame; null where there is none, as with an image. */
  readonly column: string | null;
  /** Whether a value of it is NaN, so that it is not even far away. */
  readonly missing: boolean;
  /** Such as `column 'alpha': 9.97e+36 is 1.0e+37 deviations off`. */
  readonly reason: string;
}

/**
 * What is wrong with a row, by its worst column. `z` is the row as the network has it, in
 * deviations.
 */
export function unusableRow(
  index: number,
  { columns, kinds }: Pick<TableInput, 'columns' | 'kinds'>,
  row: ArrayLike<number>,
  z: ArrayLike<number>,
  transforms?: readonly ColumnTransform[],
): Unusable {
  const whole = discrete(kinds);
  const flaw = (j: number): string | null => whole?.flaw(row[j]!, j) ?? null;
  const worth = (j: number): number => (Number.isNaN(z[j]!) || flaw(j) !== null ? Infinity : Math.abs(z[j]!));
  let worst = 0;
  for (let j = 1; j < columns.length; j++) if (worth(j) > worth(worst)) worst = j;
  const column = columns[worst]!;
  const x = row[worst]!;
  const [low, high] = transforms?.[worst]?.support ?? [-Infinity, Infinity];
  const beyond = Number.isFinite(x) && !(x > low && x < high);
  const what =
    flaw(worst) ??
    lacking(kinds?.[worst], x) ??
    (beyond ? `${x} is not in its support (${low}, ${high})` : distance(x, z[worst]!));
  const reason = `column '${column}': ${what}`;
  return { index, column, missing: Number.isNaN(row[worst]!), reason };
}

/** What is wrong with a cell that is not of its kind; undefined for a number. */
function lacking(kind: NonNullable<TableInput['kinds']>[number] | undefined, x: number): string | undefined {
  if (kind?.kind === 'category' && (Number.isNaN(x) || cellOf(kind, x) === null))
    return 'no value, or not one that the model knows';
  if ((kind?.kind === 'date' || kind?.kind === 'time') && Number.isNaN(x)) return 'expected a date, got none';
  return undefined;
}

/** `9.97e+36 is 1.0e+37 deviations off`. */
export function distance(value: number, deviations: number): string {
  if (Number.isNaN(value)) return 'expected a finite number, got none';
  if (!Number.isFinite(value)) return `expected a finite number, got ${value}`;
  return `${Number(value.toPrecision(6))} is ${Math.abs(deviations).toPrecision(2)} deviations off`;
}

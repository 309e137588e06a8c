import { restoreRng, type Rng } from '@iresnet/core';
import { isDiscrete, type ColumnKind, type Table } from '@iresnet/datasets';
import { contentKey, joinedKey } from '../contentKey';
import { placeOf } from './places';
import { role, type Roles } from './roles';

/** Which columns hold whole numbers, each with a probability. */
export interface Discrete {
  /** x + u in such a column, u uniform in (0, 1); other columns as they are. */
  dequantized(row: ArrayLike<number>, uniform: () => number): Float64Array;
  /**
   * {@link Discrete.dequantized}, with noise that goes with the row and the number of a draw alone.
   */
  keyed(row: ArrayLike<number>, draw: number): Float64Array;
  /** How many whole numbers of a row are asked for: those whose noise its score integrates. */
  asked(roles: Roles | null): number;
  /**
   * {@link Discrete.dequantized} at place i of n, the same places for every row: a mean over them
   * is a smooth function of the other columns. Only what is asked for takes a coordinate.
   */
  placed(row: ArrayLike<number>, roles: Roles | null, i: number, n: number): Float64Array;
  /**
   * The middle of the steps of known columns, whose noise would tell nothing, in place: a density
   * given a whole number is given that alone.
   */
  centered(row: Float64Array, roles: Roles): Float64Array;
  /** The whole number below in such a column, in place. */
  quantize(row: Float64Array): Float64Array;
  /** Why a value cannot be one of column j; null where it can. */
  flaw(value: number, j: number): string | null;
}

/** The {@link Discrete} columns among all; null where there are none. */
export function discrete(kinds: readonly ColumnKind[] | undefined): Discrete | null {
  if (!kinds?.some(isDiscrete)) return null;
  const whole = kinds.map(isDiscrete);
  const dequantized = (row: ArrayLike<number>, uniform: () => number): Float64Array =>
    Float64Array.from(row, (x, j) => (whole[j] ? x + uniform() : x));
  return {
    dequantized,
    keyed(row, draw) {
      const content = contentKey(new Uint32Array(Float64Array.from(row, (x) => x + 0).buffer));
      const rng = restoreRng({ key: joinedKey(content, contentKey([draw, DEQUANTIZE])), drawn: 0 });
      return dequantized(row, () => uniformOf(rng));
    },
    asked: (roles) => whole.filter((one, j) => one && isAsked(roles, j)).length,
    placed(row, roles, i, n) {
      let coordinate = 0;
      return Float64Array.from(row, (x, j) => {
        if (!whole[j]) return x;
        return x + (isAsked(roles, j) ? placeOf(i, n, coordinate++) : 0.5);
      });
    },
    centered(row, roles) {
      for (let j = 0; j < roles.length; j++)
        if (whole[j] && roles[j] === role.known) row[j] = Math.floor(row[j]!) + 0.5;
      return row;
    },
    quantize: (row) => {
      for (let j = 0; j < row.length; j++) if (whole[j]) row[j] = Math.floor(row[j]!);
      return row;
    },
    flaw(value, j) {
      const kind = kinds[j]!;
      if (!whole[j] || Number.isNaN(value)) return null;
      if (!Number.isInteger(value)) return `expected a whole number, got ${value}`;
      if (kind.kind === 'integer' && (value < (kind.low ?? -Infinity) || value > (kind.high ?? Infinity)))
        return `${value} is not between ${kind.low ?? '−∞'} and ${kind.high ?? '∞'}`;
      return null;
    },
  };
}

/** Whether column j is asked for; without roles all are. */
function isAsked(roles: Roles | null, j: number): boolean {
  return roles === null || roles[j] === role.asked;
}

/** Sets the noise apart from all else that is drawn for a row. */
const DEQUANTIZE = 0x64657175;

/** In (0, 1), both ends excluded. */
export function uniformOf(rng: Pick<Rng, 'nextUint32'>): number {
  return (rng.nextUint32() + 0.5) / 2 ** 32;
}

/** A table with noise on its {@link Discrete} columns, as rows are fitted and compared. */
export function dequantizedTable(table: Table, kinds: readonly ColumnKind[] | undefined): Table {
  const whole = discrete(kinds);
  if (!whole) return table;
  const { columns, rows } = table;
  const width = columns.length;
  const values = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++)
    values.set(whole.keyed(table.values.subarray(i * width, (i + 1) * width), 0), i * width);
  return { columns, rows, values };
}

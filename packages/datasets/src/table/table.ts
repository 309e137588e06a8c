import { tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';
import type { ColumnKind } from './schema';

/** Why a row of a file could not be read. */
export interface RowFlaw {
  /** Its position in the table, from 0. */
  readonly row: number;
  /** The first column that is to blame; null where the row is. */
  readonly column: string | null;
  /** Such as `column 'price': expected a finite number, found 'n/a' (a missing value)`. */
  readonly reason: string;
  /** Whether nothing is wrong with the row but cells without a value. Default false. */
  readonly empty?: boolean;
}

/** Cells as they stand in a file; a `null` is empty. */
export interface KeptCells {
  readonly columns: readonly string[];
  /** The cells of each row. */
  readonly cells: readonly (readonly string[])[];
}

/** A table of finite numbers with named columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: number;
  /** Row by row: the value of row r and column c is `values[r * columns.length + c]`. */
  readonly values: Float32Array | Float64Array;
  /** What the numbers of each column stand for; absent where all are numbers as they are. */
  readonly kinds?: readonly ColumnKind[];
  /** What each row goes by in its file, from 1; absent where that is its position. */
  readonly numbers?: Uint32Array;
  /**
   * Rows of a file that could not be read, in order, whose wrong values are NaN; absent where there
   * are none.
   */
  readonly flaws?: readonly RowFlaw[];
  /** Cells that were asked for as they stand in the file. */
  readonly kept?: KeptCells;
}

/** A table with a class name for each row. */
export interface LabelledTable extends Table {
  /** Name of the column of the classes, which is apart from `columns`. */
  readonly label: string;
  /** The class of each row. */
  readonly labels: readonly string[];
}

/**
 * The table as a tensor `[rows, columns]`, float32. The caller owns it.
 *
 * @example
 * ```ts
 * import { faithful, toTensor } from '@iresnet/datasets';
 *
 * const x = toTensor(faithful());
 * console.log(x.shape); // [ 272, 2 ]
 * x.dispose();
 * ```
 */
export function toTensor(table: Table): Tensor2D {
  // A copy: a backend may keep the array it is given, and tensors have no float64.
  return tensor(Float32Array.from(table.values), [table.rows, table.columns.length], 'float32') as Tensor2D;
}

/**
 * The rows at `indices`, in that order and as often as they occur, as a new table; labels follow
 * their rows.
 *
 * @throws IResNetError (argument) for an index that is not one of a row.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { iris, split, takeRows } from '@iresnet/datasets';
 *
 * const table = iris();
 * const [train, test] = split(table.rows, [0.8, 0.2], createRng(0));
 * console.log(takeRows(table, train).rows, takeRows(table, test).labels.length); // 120 30
 * ```
 */
export function takeRows<T extends Table>(table: T, indices: ArrayLike<number>): T;
export function takeRows(table: Table & Partial<LabelledTable>, indices: ArrayLike<number>): Table {
  const { columns, rows, values, labels, numbers, flaws, kept } = table;
  const width = columns.length;
  const size = indices.length * width;
  const taken = values instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]!;
    ensure(
      Number.isInteger(row) && row >= 0 && row < rows,
      'datasets.takeRows',
      () => `expected row indices in [0, ${rows}), got ${row} at position ${i}`,
    );
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  const result = {
    ...table,
    rows: indices.length,
    values: taken,
    ...(numbers && { numbers: Uint32Array.from(indices, (row) => numbers[row]!) }),
    ...(flaws && { flaws: flawsAt(flaws, indices) }),
    ...(kept && { kept: { ...kept, cells: Array.from(indices, (row) => kept.cells[row]!) } }),
  };
  if (labels === undefined) return result;
  return { ...result, labels: Array.from(indices, (row) => labels[row]!) } as Table;
}

/**
 * The rows of a table without a NaN; the table itself where no row has one.
 *
 * @example
 * ```ts
 * import { completeRows } from '@iresnet/datasets';
 *
 * const table = { columns: ['a', 'b'], rows: 2, values: Float64Array.of(1, 2, NaN, 4) };
 * console.log(completeRows(table).values); // 1 and 2
 * ```
 */
export function completeRows<T extends Table>(table: T): T {
  const { rows, values } = table;
  const width = table.columns.length;
  if (!values.some(Number.isNaN)) return table;
  const complete = Array.from({ length: rows }, (_, i) => i).filter(
    (i) => !values.subarray(i * width, (i + 1) * width).some(Number.isNaN),
  );
  return takeRows(table, complete);
}

function flawsAt(flaws: readonly RowFlaw[], indices: ArrayLike<number>): RowFlaw[] {
  const of = new Map(flaws.map((flaw) => [flaw.row, flaw]));
  return Array.from(indices).flatMap((row, i) => (of.has(row) ? [{ ...of.get(row)!, row: i }] : []));
}

/**
 * The rows from `from` up to `to`, which is excluded, with all that belongs to them. Values are
 * shared, not copied.
 *
 * @example
 * ```ts
 * import { faithful, sliceRows } from '@iresnet/datasets';
 *
 * console.log(sliceRows(faithful(), 0, 3).rows); // 3
 * ```
 */
export function sliceRows<T extends Table>(table: T, from: number, to: number): T;
export function sliceRows(table: Table & Partial<LabelledTable>, from: number, to: number): Table {
  const { columns, rows, values, labels, numbers, flaws, kept } = table;
  const [first, end] = [Math.max(0, from), Math.min(rows, to)];
  if (first === 0 && end === rows) return table;
  const result = {
    ...table,
    rows: end - first,
    values: values.subarray(first * columns.length, end * columns.length),
    ...(numbers && { numbers: numbers.subarray(first, end) }),
    ...(flaws && {
      flaws: flaws.flatMap((flaw) => {
        const row = flaw.row - first;
        return row >= 0 && flaw.row < end ? [{ ...flaw, row }] : [];
      }),
    }),
    ...(kept && { kept: { ...kept, cells: kept.cells.slice(first, end) } }),
    ...(labels && { labels: labels.slice(first, end) }),
  };
  return result as Table;
}

/**
 * Tables with the same columns, one below the other, with all that belongs to their rows.
 *
 * @param tables - One or more.
 *
 * @example
 * ```ts
 * import { faithful, joinRows } from '@iresnet/datasets';
 *
 * console.log(joinRows([faithful(), faithful()]).rows); // 544
 * ```
 */
export function joinRows<T extends Table>(tables: readonly T[]): T;
export function joinRows(tables: readonly (Table & Partial<LabelledTable>)[]): Table {
  ensure(tables.length > 0, 'datasets.joinRows', () => 'expected one table or more, got none');
  const [head] = tables as readonly [Table & Partial<LabelledTable>];
  if (tables.length === 1) return head;
  const size = tables.reduce((sum, { values }) => sum + values.length, 0);
  const single = tables.every(({ values }) => values instanceof Float32Array);
  const values = single ? new Float32Array(size) : new Float64Array(size);
  const numbered = tables.every(({ numbers }) => numbers !== undefined);
  const flaws: RowFlaw[] = [];
  let rows = 0;
  for (const table of tables) {
    values.set(table.values, rows * head.columns.length);
    for (const flaw of table.flaws ?? []) flaws.push({ ...flaw, row: rows + flaw.row });
    rows += table.rows;
  }
  return {
    ...head,
    rows,
    values,
    ...(numbered && {
      numbers: Uint32Array.from(tables.flatMap(({ numbers }) => Array.from(numbers ?? []))),
    }),
    ...(flaws.length > 0 && { flaws }),
    ...(head.kept && { kept: { ...head.kept, cells: tables.flatMap(({ kept }) => kept!.cells) } }),
    ...(head.labels && { labels: tables.flatMap(({ labels }) => labels!) }),
  } as Table;
}

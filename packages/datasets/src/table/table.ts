import { tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';
import type { ColumnKind } from './schema';

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
  const { columns, rows, values, labels, numbers } = table;
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
  };
  if (labels === undefined) return result;
  return { ...result, labels: Array.from(indices, (row) => labels[row]!) } as Table;
}

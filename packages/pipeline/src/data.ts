import { tensor1d, tensor2d, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { IResNetError, type Rng } from '@iresnet/core';
import { described, didYouMean } from '@iresnet/core/internal';
import { imageBatch, withLevels, type Images, type Table } from '@iresnet/datasets';
import type { ImageInput, Input, TableInput } from './input';

/**
 * What the functions of this package take: a table, whose columns are found by their names; rows of
 * numbers in the order of the model's columns; or images of the model's size.
 */
export type Data = Table | readonly (readonly number[])[] | Images;

/** Data in the form of a model, any range of which can be put on the device. */
export interface Batches {
  readonly count: number;
  /** Event shape: `[d]`, or `[h, w, c]`. */
  readonly shape: readonly number[];
  /**
   * Examples `from` to `to` as the model takes them, `[B, ...shape]`, owned by the caller.
   *
   * @param noise - Draws the noise within the levels of images, for a density; without it a pixel is
   * in the middle of its level. Tables take none.
   */
  batch(from: number, to: number, noise?: Rng): Tensor;
}

/**
 * See data as the examples of a model.
 *
 * @throws IResNetError of kind `data` when a column is missing, or the size of the images differs.
 */
export function batchesOf(where: string, input: Input, data: Data): Batches {
  return input.kind === 'table' ? ofRows(where, input, data) : ofImages(where, input, data);
}

function ofRows(where: string, input: TableInput, data: Data): Batches {
  const width = input.columns.length;
  if (isImages(data))
    throw wrongKind(where, `a table with the columns ${input.columns.join(', ')}`, 'images');
  const { rows, values } = isTable(data) ? selected(where, input, data) : fromLists(where, width, data);
  return {
    count: rows,
    shape: [width],
    batch: (from, to) =>
      tensor2d(Float32Array.from(values.subarray(from * width, to * width)), [to - from, width]),
  };
}

function ofImages(where: string, input: ImageInput, data: Data): Batches {
  if (!isImages(data)) throw wrongKind(where, `images of shape [${input.shape}]`, described(data));
  if (data.shape.join() !== input.shape.join())
    throw wrongKind(where, `images of shape [${input.shape}]`, `[${data.shape}]`);
  const set = data.levels === input.levels ? data : withLevels(data, input.levels);
  return {
    count: set.count,
    shape: set.shape,
    batch: (from, to, noise) =>
      imageBatch(set, {
        indices: Array.from({ length: to - from }, (_, i) => from + i),
        ...(noise && { noise }),
      }),
  };
}

/** The columns of the model, in its order, by their names. */
function selected(where: string, { columns }: TableInput, table: Table): Pick<Table, 'rows' | 'values'> {
  if (table.columns.join('\n') === columns.join('\n')) return table;
  const at = columns.map((name) => {
    const found = table.columns.indexOf(name);
    if (found >= 0) return found;
    const near = didYouMean(name, table.columns);
    throw wrongKind(where, `a column '${name}'`, `${table.columns.join(', ')}${near}`);
  });
  const width = table.columns.length;
  const values = new Float64Array(table.rows * columns.length);
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor(i / columns.length);
    values[i] = table.values[row * width + at[i % columns.length]!]!;
  }
  return { rows: table.rows, values };
}

function fromLists(
  where: string,
  width: number,
  rows: readonly (readonly number[])[],
): Pick<Table, 'rows' | 'values'> {
  if (!Array.isArray(rows)) throw wrongKind(where, 'a table, rows of numbers, or images', described(rows));
  rows.forEach((row, i) => {
    if (row.length !== width) throw wrongKind(where, `${width} values in row ${i}`, String(row.length));
  });
  return { rows: rows.length, values: Float64Array.from(rows.flat()) };
}

function wrongKind(where: string, expected: string, got: string): IResNetError {
  return new IResNetError('data', where, `expected ${expected}, got ${got}`);
}

function isTable(data: Data): data is Table {
  return !Array.isArray(data) && typeof data === 'object' && data !== null && 'columns' in data;
}

function isImages(data: Data): data is Images {
  return !Array.isArray(data) && typeof data === 'object' && data !== null && 'images' in data;
}

/** The classes of some examples as the tensor that a loss takes, `[B]` int32. */
export function labelTensor(labels: ArrayLike<number>): Tensor1D {
  return tensor1d(Int32Array.from(labels), 'int32');
}

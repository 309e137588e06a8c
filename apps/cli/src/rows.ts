import { tensor2d, tidy, type Tensor2D, type TensorContainer } from '@tensorflow/tfjs-core';
import type { Table } from '@iresnet/datasets';

/** Rows of equal width on the host: what tables, samples and plots are made of. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** Row-major, `count × width`. */
  readonly values: Float32Array | Float64Array;
}

/** Compute something on the host with tensors that end with it. */
export function onHost<T>(f: () => T): T {
  return tidy(f as () => TensorContainer) as T;
}

/** The rows of a table. */
export function tableRows(table: Table): Rows {
  return { count: table.rows, width: table.columns.length, values: table.values };
}

/** The rows of a `[n, width]` tensor. */
export function tensorRows(x: Tensor2D): Rows {
  return { count: x.shape[0], width: x.shape[1], values: x.dataSync() as Float32Array };
}

/** A range of rows as a tensor; the caller owns it. */
export function toTensor({ values, width }: Rows, from: number, to: number): Tensor2D {
  return tensor2d(Float32Array.from(values.subarray(from * width, to * width)), [to - from, width]);
}

/** One row as numbers. */
export function rowAt({ values, width }: Rows, i: number): number[] {
  return Array.from(values.subarray(i * width, (i + 1) * width));
}

/** All rows as arrays of numbers. */
export function toArrays(rows: Rows): number[][] {
  return Array.from({ length: rows.count }, (_, i) => rowAt(rows, i));
}

/** Rows at most; more would only make a report heavy. */
export function firstRows(rows: Rows, most: number): Rows {
  const count = Math.min(rows.count, most);
  return { count, width: rows.width, values: rows.values.subarray(0, count * rows.width) };
}

/**
 * Run `f` over the rows in pieces and collect one number a row. Device memory stays that of one piece, whatever the number of rows.
 */
export function mapRows(
  rows: Rows,
  f: (x: Tensor2D, from: number) => Float32Array,
  piece = 1024,
): Float64Array {
  const results = new Float64Array(rows.count);
  for (let from = 0; from < rows.count; from += piece) {
    const to = Math.min(rows.count, from + piece);
    tidy(() => {
      results.set(f(toTensor(rows, from, to), from), from);
    });
  }
  return results;
}

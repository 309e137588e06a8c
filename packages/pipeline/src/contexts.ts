import { tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { columnsOf, contextOf, contextSize, type GivenColumns } from './columns/given';

/** The contexts of some rows, which are put on the device piece by piece. */
export interface Contexts {
  readonly count: number;
  /**
   * Those of rows `from` to `to`, `[B, k]`, owned by the caller; of a single row always its own,
   * `[1, k]`.
   */
  batch(from: number, to: number): Tensor2D;
}

/**
 * The contexts of rows that have the given columns of a model, among others.
 *
 * @throws IResNetError of kind `data` for a column that is missing, and a value that is not one of
 * its column.
 */
export function contextsOf(where: string, given: GivenColumns, rows: Table): Contexts {
  const { columns } = given;
  const { values, rows: count } = columnsOf(where, rows, columns);
  const contexts = Array.from({ length: count }, (_, i) => {
    const row = values.subarray(i * columns.length, (i + 1) * columns.length);
    const context = contextOf(given, row);
    if (context.every(Number.isFinite)) return context;
    const what = `expected values of ${columns.join(', ')} that the model knows, got ${row.join(', ')} in row ${i + 1}`;
    throw new IResNetError('data', where, what);
  });
  return {
    count,
    batch: (from, to) => {
      const some = count === 1 ? contexts : contexts.slice(from, to);
      return tensor2d(some.flat(), [some.length, contextSize(given)]);
    },
  };
}

import { IResNetError } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { gaussianDensity, kernelDensity } from '@iresnet/evaluation';
import { firstRows } from '../rows';
import type { TableSource } from '../source/source';

/** A density to compare a model with. */
export interface Reference {
  readonly name: string;
  /** What part of the rows it was made from, if not all. */
  readonly note?: string;
  /** ln p of each row, nats. */
  logDensity(table: Table): Float64Array;
}

/** Training rows that carry a kernel at most: a row to be judged costs an exponential for each. */
const KERNEL_ROWS = 5000;

/**
 * What the density of a table is compared with: its true value where it is known, else a Gaussian and a
 * kernel estimate of the training rows.
 *
 * @throws IResNetError of kind `data` when the rows have no density: a column that follows from others.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, references, tableSource } from '@iresnet/pipeline';
 *
 * const source = tableSource('faithful', faithful(), defaultRecipe('table'));
 * const [gaussian] = references(source);
 * console.log(gaussian!.name, gaussian!.logDensity(source.heldOut.data)[0]); // nats
 * ```
 */
export function references({ input, truth, training }: TableSource): readonly Reference[] {
  if (truth)
    return [{ name: 'true value', logDensity: ({ values }) => truth.logDensity(Float64Array.from(values)) }];
  // Training rows lie in random order.
  const some = firstRows(training.data, KERNEL_ROWS);
  const note =
    some.rows < training.count
      ? `on ${some.rows.toLocaleString('en-US')} of ${training.count.toLocaleString('en-US')} training rows`
      : null;
  try {
    const gaussian = gaussianDensity(training.data);
    const kernel = kernelDensity(some);
    return [
      { name: 'Gaussian', logDensity: ({ values }) => gaussian.logDensity(values) },
      {
        name: 'kernel density',
        ...(note !== null && { note }),
        logDensity: ({ values }) => kernel.logDensity(values),
      },
    ];
  } catch (error) {
    if (!(error instanceof IResNetError)) throw error;
    throw new IResNetError('data', input.title, error.message.slice(error.where.length + 2));
  }
}

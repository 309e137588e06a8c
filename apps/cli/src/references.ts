import { IResNetError } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { gaussianDensity, kernelDensity } from '@iresnet/evaluation';
import type { Reference } from './figures';
import { firstRows, type Rows } from './rows';
import type { Source } from './source';

/** Training rows that carry a kernel at most: a row to be judged costs an exponential for each. */
const KERNEL_ROWS = 5000;

/**
 * What a density is compared with: its true value where it is known, else a Gaussian and a kernel estimate of the same rows.
 *
 * @throws IResNetError of kind `data` when the rows have no density: a column that follows from others.
 */
export function references({ columns, title, truth, training }: Source): readonly Reference[] {
  if (truth)
    return [{ name: 'true value', logDensity: (rows) => truth.logDensity(Float64Array.from(rows.values)) }];
  const table = ({ count, values }: Rows): Table => ({ columns, rows: count, values });
  // Training rows lie in random order.
  const some = firstRows(training, KERNEL_ROWS);
  const note =
    some.count < training.count
      ? `on ${some.count.toLocaleString('en-US')} of ${training.count.toLocaleString('en-US')} training rows`
      : null;
  try {
    const gaussian = gaussianDensity(table(training));
    const kernel = kernelDensity(table(some));
    return [
      { name: 'Gaussian', logDensity: (at) => gaussian.logDensity(at.values) },
      {
        name: 'kernel density',
        ...(note !== null && { note }),
        logDensity: (at) => kernel.logDensity(at.values),
      },
    ];
  } catch (error) {
    if (!(error instanceof IResNetError)) throw error;
    throw new IResNetError('data', title, error.message.slice(error.where.length + 2));
  }
}

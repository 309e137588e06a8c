import { IResNetError } from '@iresnet/core';
import { gaussianDensity, kernelDensity } from '@iresnet/datasets';
import type { Reference } from './figures';
import type { Source } from './source';

/**
 * What a density is compared with: its true value where it is known, else a Gaussian and a kernel estimate of the same rows.
 *
 * @throws IResNetError of kind `data` when the rows have no density: a column that follows from others.
 */
export function references(source: Source): readonly Reference[] {
  const { truth, training } = source;
  if (truth)
    return [{ name: 'true value', logDensity: (rows) => truth.logDensity(Float64Array.from(rows.values)) }];
  const rows = { columns: source.columns, rows: training.count, values: training.values };
  try {
    const gaussian = gaussianDensity(rows);
    const kernel = kernelDensity(rows);
    return [
      { name: 'Gaussian', logDensity: (at) => gaussian.logDensity(at.values) },
      { name: 'kernel density', logDensity: (at) => kernel.logDensity(at.values) },
    ];
  } catch (error) {
    if (!(error instanceof IResNetError)) throw error;
    throw new IResNetError('data', source.title, error.message.slice(error.where.length + 2));
  }
}

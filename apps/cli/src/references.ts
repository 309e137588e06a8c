import { gaussianDensity, kernelDensity } from '@iresnet/datasets';
import type { Reference } from './figures';
import type { Source } from './source';

/** What a density is compared with: its true value where it is known, else a Gaussian and a kernel estimate of the same rows. */
export function references(source: Source): readonly Reference[] {
  const { truth, training } = source;
  if (truth)
    return [{ name: 'true value', logDensity: (rows) => truth.logDensity(Float64Array.from(rows.values)) }];
  const rows = { columns: source.columns, rows: training.count, values: training.values };
  const gaussian = gaussianDensity(rows);
  const kernel = kernelDensity(rows);
  return [
    { name: 'Gaussian', logDensity: (at) => gaussian.logDensity(at.values) },
    { name: 'kernel density', logDensity: (at) => kernel.logDensity(at.values) },
  ];
}

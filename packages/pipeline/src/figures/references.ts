import { IResNetError } from '@iresnet/core';
import { completeRows, type Table } from '@iresnet/datasets';
import { gaussianDensity, kernelDensity, type ReferenceDensity } from '@iresnet/evaluation';
import { firstRows } from '../rows';
import { identity, type ColumnTransform } from '../columns/columnTransform';
import { dequantizedTable } from '../columns/discrete';
import { columnsOf } from '../columns/given';
import { columnTransform } from '../columns/specs';
import type { TableSource } from '../source/source';

/** A density to compare a model with. */
export interface Reference {
  readonly name: string;
  /** What part of the rows it was made from, if not all. */
  readonly note?: string;
  /** ln p of each row, nats; null where the density does not exist. */
  readonly logDensity: ((table: Table) => Float64Array) | null;
  /** Why there is none. */
  readonly reason?: string;
}

/** Training rows that carry a kernel at most: a row to be judged costs an exponential for each. */
const KERNEL_ROWS = 5000;

/**
 * What the density of a table is compared with: its true value where it is known, else a Gaussian
 * and a kernel estimate of the training rows, with noise on whole numbers. Where the model sees
 * columns through transforms t, both once more behind these: ln p(x) is that of t(x) + Σ ln t′(x).
 * Where columns are given, all are of the others alone, so that the difference is what is gained by
 * knowing them. One that does not exist says why: the model does not need it.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, references, tableSource } from '@iresnet/pipeline';
 *
 * const source = tableSource('faithful', faithful(), defaultRecipe('table'));
 * for (const { name, logDensity, reason } of references(source))
 *   console.log(name, logDensity?.(source.heldOut.data)[0] ?? reason); // nats
 * ```
 */
export function references({ truth, training, input }: TableSource): readonly Reference[] {
  if (truth)
    return [{ name: 'true value', logDensity: ({ values }) => truth.logDensity(Float64Array.from(values)) }];
  // Training rows lie in random order.
  const own = (table: Table): Table =>
    dequantizedTable(
      input.given ? columnsOf('pipeline.references', table, input.columns) : table,
      input.kinds,
    );
  const data = completeRows(own(training.data));
  const some = firstRows(data, KERNEL_ROWS);
  const part =
    some.rows < training.count
      ? `on ${some.rows.toLocaleString('en-US')} of ${training.count.toLocaleString('en-US')} training rows`
      : undefined;
  const without = input.given ? ` without ${input.given.columns.join(', ')}` : '';
  const transforms = input.transforms?.map(columnTransform) ?? [];
  const ways: readonly (readonly [name: string, of: (fit: Fit) => Fit])[] = [
    [without, (fit) => fit],
    ...(transforms.some((t) => t !== identity)
      ? [[`${without} of transformed columns`, (fit: Fit) => behind(transforms, fit)] as const]
      : []),
  ];
  return ways.flatMap(([name, of]) => [
    fitted(`Gaussian${name}`, undefined, () => of(gaussianDensity)(data), own),
    fitted(`kernel density${name}`, part, () => of(kernelDensity)(some), own),
  ]);
}

type Fit = (rows: Table) => ReferenceDensity;

/** A density of t(x), as one of x: ln p(x) = ln q(t(x)) + Σ ln t′(x). */
function behind(transforms: readonly ColumnTransform[], fit: Fit): Fit {
  const columns = transforms.length;
  const forward = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (x, i) => transforms[i % columns]!.forward(x));
  return (rows) => {
    const density = fit({ ...rows, values: forward(rows.values) });
    return {
      logDensity(values) {
        const logs = density.logDensity(forward(values));
        values.forEach((x, i) => {
          const { support, logSlope } = transforms[i % columns]!;
          const row = Math.floor(i / columns);
          if (x <= support[0] || x >= support[1]) logs[row] = -Infinity;
          else logs[row]! += logSlope(x);
        });
        return logs;
      },
    };
  };
}

function fitted(
  name: string,
  note: string | undefined,
  fit: () => ReferenceDensity,
  own: (table: Table) => Table,
): Reference {
  const about = { name, ...(note !== undefined && { note }) };
  try {
    const density = fit();
    return { ...about, logDensity: (table) => density.logDensity(own(table).values) };
  } catch (error) {
    if (!(error instanceof IResNetError)) throw error;
    const what = error.message.slice(error.where.length + 2);
    return { ...about, logDensity: null, reason: note === undefined ? what : `${what} ${note}` };
  }
}

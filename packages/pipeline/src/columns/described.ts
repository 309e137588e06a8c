import { specKind } from '@iresnet/core/internal';
import type { TableInput } from '../input';

/**
 * The transforms of a table's columns in words, such as `price: log`; none for columns as they are.
 *
 * @example
 * ```ts
 * import { describeTransforms } from '@iresnet/pipeline';
 *
 * const columns = ['price', 'year'];
 * console.log(describeTransforms({ columns, transforms: [{ kind: 'log', low: 0 }, 'none'] })); // [ 'price: log' ]
 * ```
 */
export function describeTransforms({
  columns,
  transforms = [],
}: Pick<TableInput, 'columns' | 'transforms'>): string[] {
  return transforms.flatMap((spec, j) => {
    const kind = specKind(spec);
    return kind === 'none' ? [] : `${columns[j]}: ${kind}`;
  });
}

import { ensure } from '@iresnet/core/internal';
import type { Pipeline } from '../pipeline';
import { standardized } from '../standardized';

/** The columns of a model's rows, one by one. */
export interface ColumnMap {
  /** The row for what the network of a pipeline, `model.decode`, gives. */
  row(decoded: ArrayLike<number>): Float64Array;
  /** One deviation of a column near a value, in the units of the data. */
  unit(value: number, column: number): number;
  /**
   * z, what the network without its standardization (`withoutStandardize`) gets in place of a row,
   * in float64.
   */
  toNetwork(row: ArrayLike<number>): Float64Array;
}

/**
 * What stands between the network of a pipeline and the columns of its table: the transforms t of
 * the columns, and the moves m by categories. `row` is t⁻¹(y + m), and `unit` the deviation of
 * t(x) − m over t′(x).
 *
 * @throws IResNetError of kind `argument` for a model of images.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { columnMap, defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const { toNetwork, unit } = columnMap(pipeline);
 * console.log(unit(3.6, 0), toNetwork([3.6, 79])); // about 1.1 minutes, and two numbers near 0
 * ```
 */
export function columnMap(pipeline: Pick<Pipeline, 'model' | 'input'>): ColumnMap {
  const { input } = pipeline;
  ensure(
    input.kind === 'table',
    'pipeline.columnMap',
    () => 'expected a model of a table, got one of images',
  );
  const { host } = standardized(pipeline);
  return {
    row: (decoded) => host?.fromTransformed(decoded) ?? Float64Array.from(decoded),
    unit: host?.unit ?? (() => 1),
    toNetwork: (row) => host?.toModel(row) ?? Float64Array.from(row),
  };
}

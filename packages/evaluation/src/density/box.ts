import { checkOptions, ensure } from '@iresnet/core/internal';

/** A box with sides along the axes: the low and the high end of each column. */
export type Box = readonly (readonly [low: number, high: number])[];

/** What {@link boundingBox} may be told. */
export interface BoundingBoxOptions {
  /** Each side is widened at both ends by this share of its length. By default 0.5. */
  readonly margin?: number;
}

/**
 * The smallest box that holds all rows, widened at both ends of each side by half of its length.
 *
 * A density that was fitted to the rows has practically all of its mass in it.
 *
 * @param parts - Values row by row, such as those of the training and of the held-out rows.
 * @param width - Columns.
 * @returns `width` pairs `[low, high]`.
 * @throws IResNetError (argument) for no rows, a length that is not a multiple of `width`, a value
 * that is not finite, or a negative margin.
 *
 * @example
 * ```ts
 * import { boundingBox } from '@iresnet/evaluation';
 *
 * console.log(boundingBox([[0, 10, 4, 30]], 2)); // [ [ -2, 6 ], [ 0, 40 ] ]
 * ```
 */
export function boundingBox(
  parts: readonly ArrayLike<number>[],
  width: number,
  options: BoundingBoxOptions = {},
): [low: number, high: number][] {
  const where = 'evaluation.boundingBox';
  checkOptions(where, options, { margin: true });
  const { margin = 0.5 } = options;
  ensure(
    Number.isSafeInteger(width) && width >= 1,
    where,
    () => `expected an integer width ≥ 1, got ${width}`,
  );
  ensure(margin >= 0 && Number.isFinite(margin), where, () => `expected a margin ≥ 0, got ${margin}`);
  for (const { length } of parts)
    ensure(
      length % width === 0,
      where,
      () => `expected rows of ${width} values, got ${length} values in all`,
    );
  ensure(
    parts.some(({ length }) => length > 0),
    where,
    () => 'expected one row or more, got none',
  );
  return Array.from({ length: width }, (_, j) => {
    let low = Infinity;
    let high = -Infinity;
    for (const values of parts) {
      for (let i = j; i < values.length; i += width) {
        const value = values[i]!;
        ensure(
          Number.isFinite(value),
          where,
          () => `expected finite values, got ${value} in row ${Math.floor(i / width)}, column ${j}`,
        );
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    const wider = margin * (high - low);
    return [low - wider, high + wider];
  });
}

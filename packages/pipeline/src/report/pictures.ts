import { ensure } from '@iresnet/core/internal';
import { withLevels, type Images } from '@iresnet/datasets';
import type { Pictures } from '@iresnet/report';

/** Images as pictures of 8 bits a value, black to white. */
export function picturesOf(images: Images): Pictures {
  const { count, shape } = images;
  return { count, shape, values: withLevels(images, 256).images };
}

/**
 * The same of images that a model gave.
 *
 * @param drawn - The result of `sample`, `reconstruct` or `interpolate`.
 * @param levels - Of the input of the model.
 */
export function drawnPictures(
  {
    count,
    shape,
    values,
  }: { readonly count: number; readonly shape: readonly number[]; readonly values: ArrayLike<number> },
  levels: number,
): Pictures {
  const images = Uint8Array.from(values);
  return picturesOf({ count, shape: shape as Images['shape'], levels, images });
}

const GREY = 128;

/**
 * Pictures with others below them: a band of `columns` pictures of `a`, a band of those of `b`, and
 * so on, as a contact sheet of that many columns draws them. The gaps of a last band are grey.
 *
 * @param a - At least one picture.
 * @param b - As many pictures of the same size.
 * @throws IResNetError (argument) for others, and for no columns.
 *
 * @example
 * ```ts
 * import { pairedPictures } from '@iresnet/pipeline/run';
 *
 * const grey = (...values: number[]) => ({ count: 3, shape: [1, 1, 1] as const, values: Uint8Array.from(values) });
 * console.log(pairedPictures(grey(1, 2, 3), grey(4, 5, 6), 2).values); // 1 2, 4 5, 3 128, 6 128
 * ```
 */
export function pairedPictures(a: Pictures, b: Pictures, columns: number): Pictures {
  const { count, shape } = a;
  ensure(
    count > 0 &&
      b.count === count &&
      b.shape.join() === shape.join() &&
      Number.isInteger(columns) &&
      columns > 0,
    'pipeline.pairedPictures',
    () =>
      `expected as many pictures of one size twice, and columns ≥ 1, got ${count} and ${b.count} in ${columns} columns`,
  );
  const bands = Math.ceil(count / columns);
  const row = (columns * a.values.length) / count;
  const values = new Uint8Array(2 * bands * row).fill(GREY);
  for (let band = 0; band < bands; band++)
    for (const [below, { values: from }] of [a, b].entries())
      values.set(from.subarray(band * row, (band + 1) * row), (2 * band + below) * row);
  return { count: 2 * bands * columns, shape, values };
}

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

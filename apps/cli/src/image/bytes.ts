import { withLevels, type Images } from '@iresnet/datasets';
import type { Pictures } from '@iresnet/report';

/** The bytes of a picture of each image, black to white. */
export function bytesOf(images: Images): Uint8Array {
  return withLevels(images, 256).images;
}

/** Images, or levels that a model gave, as pictures. */
export function picturesOf(images: {
  readonly count: number;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly levels: number;
}): Pictures {
  const shape = images.shape as Images['shape'];
  const { count, levels, values } = images;
  return { count, shape, values: bytesOf({ count, shape, levels, images: Uint8Array.from(values) }) };
}

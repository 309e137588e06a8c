import { imageBatch, toImages, type ImageSet } from '@iresnet/datasets';
import type { IResNet } from '@iresnet/model';
import type { Pictures } from '@iresnet/report';
import { bytesOf } from './source';

/**
 * Pictures of the straight lines between the latents of pairs of images, path after path, both ends
 * included.
 *
 * @returns `unconverged` counts the pictures whose inverse did not.
 */
export function pathsBetween(
  model: IResNet,
  from: ImageSet,
  to: ImageSet,
  steps: number,
): { readonly pictures: Pictures; readonly unconverged: number } {
  const { value, converged } = model.interpolate(imageBatch(from), imageBatch(to), steps);
  const bytes = bytesOf(toImages(value, { levels: from.levels }));
  // From all of one step together to all of one path together.
  const size = bytes.length / (steps * from.count);
  const values = new Uint8Array(bytes.length);
  for (let step = 0; step < steps; step++) {
    for (let path = 0; path < from.count; path++) {
      const at = (step * from.count + path) * size;
      values.set(bytes.subarray(at, at + size), (path * steps + step) * size);
    }
  }
  const pictures = { count: steps * from.count, shape: from.shape, values };
  return { pictures, unconverged: converged.filter((good) => !good).length };
}

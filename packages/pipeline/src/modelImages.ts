import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { withLevels, type Images, type ImageSet } from '@iresnet/datasets';
import type { Pipeline } from './pipeline';

/** Images in the levels and classes of a model. */
export interface ModelImages {
  /** Its labels mean nothing unless `labelled`. */
  readonly set: ImageSet;
  /** Whether the classes of the images are known, and are the model's. */
  readonly labelled: boolean;
  /** Classes of the images that the model does not have. */
  readonly others: readonly string[];
}

/**
 * Images of any levels as those of a model: k′ = round(k (L′ − 1)/(L − 1)), with its classes where
 * all of theirs are the model's.
 *
 * @param pipeline - A model of images.
 * @param images - Of the model's size.
 * @param labels - The name of the class of each; null where there are none.
 * @param title - Names the images in errors.
 * @returns New arrays, which the caller owns.
 * @throws IResNetError (argument) for a model of rows or another number of labels, (data) for
 * images of another size.
 *
 * @example
 * ```ts
 * import { readImages } from '@iresnet/datasets/node';
 * import { modelImages, openModel, score } from '@iresnet/pipeline';
 *
 * async function bitsOf(model: string, folder: string): Promise<Float64Array | null> {
 *   const pipeline = await openModel(model);
 *   const { images, labels } = await readImages(folder);
 *   const { set } = modelImages(pipeline, images, labels, folder);
 *   return (await score(pipeline, set)).bitsPerDim;
 * }
 * console.log(bitsOf.length); // two paths
 * ```
 */
export function modelImages(
  { input }: Pick<Pipeline, 'input'>,
  images: Images,
  labels: readonly string[] | null,
  title: string,
): ModelImages {
  const where = 'pipeline.modelImages';
  ensure(input.kind === 'images', where, () => 'expected a model of images, got one of rows');
  const { count, shape } = images;
  const { classes, levels, shape: wanted } = input;
  ensure(
    labels === null || labels.length === count,
    where,
    () => `expected ${count} labels, got ${labels!.length}`,
  );
  if (shape.join() !== wanted.join()) {
    const what = `expected images [${wanted.join()}] as the model takes, got [${shape.join()}]`;
    throw new IResNetError('data', title, what);
  }
  const others = [...new Set(labels)].filter((label) => !classes.includes(label));
  const labelled = labels !== null && others.length === 0;
  const indices = Uint8Array.from({ length: count }, (_, i) => (labelled ? classes.indexOf(labels[i]!) : 0));
  return { set: { ...withLevels(images, levels), labels: indices, classes }, labelled, others };
}

import { createRng, IResNetError } from '@iresnet/core';
import {
  imageBatch,
  imageBatches,
  randomCrop,
  randomFlip,
  splitImages,
  takeImages,
  type ImageSet,
} from '@iresnet/datasets';
import { labelTensor } from '../data';
import { heldOut } from '../imageRecipe';
import type { Recipe } from '../recipe';
import type { ImageSource, Part } from './source';

/** Held-out images that draw the curve where a recipe sets none aside for validation. */
const CURVE_IMAGES = 500;

/** Images with a class each, and test images of their own where they have them. */
export interface LabelledImages {
  readonly train: ImageSet;
  readonly test: ImageSet | null;
}

/**
 * Images as a source. A set with test images is judged on those; else a share of its images is held
 * out, two at least. Training images are shifted and mirrored as the recipe says, and get noise
 * within their levels unless the recipe only classifies.
 *
 * @param title - Name of the images, for messages and reports.
 * @throws IResNetError of kind `data` when there are not enough images for the parts.
 *
 * @example
 * ```ts
 * import { digitImages } from '@iresnet/datasets';
 * import { defaultRecipe, imageSource } from '@iresnet/pipeline';
 *
 * const images = digitImages();
 * const source = imageSource('digits', { train: images, test: null }, defaultRecipe('digits', 'hybrid'));
 * console.log(source.training.count, source.heldOut.count);
 * ```
 */
export function imageSource(
  title: string,
  { train: all, test }: LabelledImages,
  recipe: Recipe,
): ImageSource {
  const root = createRng(recipe.seed);
  const cut = createRng(recipe.splitSeed ?? recipe.seed)
    .split('data')
    .split('split');
  const { batchSize, augment, task } = recipe;
  const held = test ? 0 : heldOut(recipe.holdOut, all.count);
  const set = Math.round(recipe.validation < 1 ? recipe.validation * all.count : recipe.validation);
  const rest = all.count - held - set;
  if (!test && held + set < 2)
    throw new IResNetError('data', title, 'expected images to hold out or to set aside, got none');
  if (rest < batchSize) {
    const what = `expected at least a batch of ${batchSize} images to train on, got ${Math.max(rest, 0)} of ${all.count} (${held} are held out, ${set} for validation)`;
    throw new IResNetError('data', title, what);
  }
  const [kept, aside, train] = splitImages(all, [held, set, rest], cut) as [ImageSet, ImageSet, ImageSet];
  const judged = test ?? (held > 0 ? kept : aside);
  const shown = Array.from({ length: Math.min(CURVE_IMAGES, judged.count) }, (_, i) => i);
  const part = (images: ImageSet): Part<ImageSet> => ({
    count: images.count,
    data: images,
    labels: images.labels,
    numbers: Uint32Array.from({ length: images.count }, (_, i) => i),
  });
  const order = root.split('order');
  let steps = imageBatches(train, { size: batchSize, rng: order });
  let next = 0;
  return {
    input: { kind: 'images', title, shape: all.shape, levels: all.levels, classes: all.classes },
    training: part(train),
    validation: part(set > 0 ? aside : takeImages(judged, shown)),
    heldOut: part(judged),
    batch(index, rng) {
      // Only a run that is resumed begins elsewhere.
      if (index !== next) steps = imageBatches(train, { size: batchSize, rng: order, from: index });
      next = index + 1;
      let { set: chosen } = steps.next().value!;
      const [h, w] = chosen.shape;
      if (augment.shift > 0) chosen = randomCrop(chosen, [h, w], rng.split('crop'), augment.shift);
      if (augment.flip) chosen = randomFlip(chosen, rng.split('flip'));
      const noise = task === 'classify' ? {} : { noise: rng.split('noise') };
      return { x: imageBatch(chosen, noise), labels: labelTensor(chosen.labels) };
    },
  };
}

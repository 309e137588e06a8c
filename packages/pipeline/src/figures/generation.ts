import { takeImages, type ImageSet } from '@iresnet/datasets';
import {
  correct,
  estimateMean,
  nearestRows,
  neighbourClasses,
  twoSampleAccuracy,
  type Estimate,
} from '@iresnet/evaluation';
import { createRng } from '@iresnet/core';
import type { Pipeline } from '../pipeline';
import { drawsClasses, sample } from '../sample';

/** How good the images are that a model draws by class, beside real ones. */
export interface GenerationFigures {
  /** Images that were drawn, as many of each class. */
  readonly drawn: number;
  readonly temperature: number;
  /**
   * Share of draws that a classifier of its own, by the three nearest training images, puts in
   * their class.
   */
  readonly rightClass: Estimate;
  /** The same of held-out images: what the classifier itself is worth. */
  readonly rightClassOfReal: Estimate;
  /**
   * Mean distance to the nearest training image, in the range of a pixel: of draws, and of held-out
   * images.
   */
  readonly nearest: { readonly drawn: Estimate; readonly real: Estimate };
  /**
   * How well draws can be told from held-out images by their nearest neighbour: ½ is not at all.
   */
  readonly twoSample: Estimate;
}

/** Options of {@link generationFigures}. */
export interface GenerationOptions {
  /** Draws of each class. Default 30. */
  readonly perClass?: number;
  /** Default 1: the distribution of the model itself. */
  readonly temperature?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** Training images that draws are compared with at most. */
const REFERENCES = 5000;

/**
 * Ask an independent classifier which classes a model draws, and compare its draws with real
 * images.
 *
 * The classifier is the vote of the three nearest training images, which no network took part in. A
 * model that copied its training images would lie nearer to them than held-out images do.
 *
 * @param pipeline - A model that draws by class; see `drawsClasses`.
 * @param training - The images it was trained on; the first 5000 count.
 * @param heldOut - Others, with the same classes.
 * @returns The figures; null for a model that does not draw by class.
 *
 * @example
 * ```ts
 * import { digitImages, takeImages } from '@iresnet/datasets';
 * import { defaultRecipe, generationFigures, imageSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('digits'), steps: 1 };
 * const images = takeImages(digitImages(), Array.from({ length: 200 }, (_, i) => i));
 * const { pipeline } = await train(imageSource('digits', { train: images, test: images }, recipe), recipe);
 * const [some, others] = [0, 1].map((from) => takeImages(images, Array.from({ length: 100 }, (_, i) => 2 * i + from)));
 * const found = await generationFigures(pipeline, some!, others!, { perClass: 1 });
 * console.log(found?.rightClass, found?.twoSample); // shares with their standard errors
 * ```
 */
export async function generationFigures(
  pipeline: Pipeline,
  training: ImageSet,
  heldOut: ImageSet,
  { perClass = 30, temperature = 1, seed = 0 }: GenerationOptions = {},
): Promise<GenerationFigures | null> {
  if (!drawsClasses(pipeline)) return null;
  const { classes } = pipeline.input;
  const size = training.images.length / training.count;
  const scale = 1 / (training.levels - 1);
  const rowsOf = ({ images }: Pick<ImageSet, 'images'>) => Float64Array.from(images, (value) => value * scale); // prettier-ignore
  const known = first(training, REFERENCES);
  const references = rowsOf(known);
  const rng = createRng(seed).split('generation');
  const drawn = new Float64Array(classes.length * perClass * size);
  for (const [index, name] of classes.entries()) {
    const { values } = await sample(pipeline, perClass, { rng: rng.split(name), temperature, class: name });
    drawn.set(rowsOf({ images: values as Uint8Array }), index * perClass * size);
  }
  const asked = Int32Array.from({ length: classes.length * perClass }, (_, i) => Math.floor(i / perClass));
  const real = first(heldOut, asked.length);
  const realRows = rowsOf(real);
  const right = (rows: Float64Array, labels: ArrayLike<number>): Estimate =>
    estimateMean(
      correct(neighbourClasses(rows, references, known.labels, size, Math.min(3, known.count)), labels),
    );
  const nearest = (rows: Float64Array): Estimate =>
    estimateMean(nearestRows(rows, references, size).distances);
  // Two samples of one size: as many draws as there are real images, from all classes alike.
  const pick = Array.from({ length: real.count }, (_, i) => Math.floor((i * asked.length) / real.count));
  const compared = Float64Array.from(pick.flatMap((i) => Array.from(drawn.subarray(i * size, (i + 1) * size)))); // prettier-ignore
  return {
    drawn: asked.length,
    temperature,
    rightClass: right(drawn, asked),
    rightClassOfReal: right(realRows, real.labels),
    nearest: { drawn: nearest(drawn), real: nearest(realRows) },
    twoSample: twoSampleAccuracy(compared, realRows, size),
  };
}

function first(set: ImageSet, n: number): ImageSet {
  if (set.count <= n) return set;
  return takeImages(
    set,
    Array.from({ length: n }, (_, i) => i),
  );
}

import type { Recipe } from './recipe';

/**
 * Rows or images of a micro-batch at least: with fewer, what each costs in any case outweighs what
 * threads save.
 */
const LEAST = { dense: 128, image: 32 } as const;

/**
 * A recipe whose batches are cut into micro-batches for threads:
 * `train(source, recipe, { workers })`.
 *
 * A batch is halved as long as 128 rows, or 32 images, are left. That depends on the recipe alone,
 * so that the result is the same for any number of threads. It is another one than without the cut:
 * layers start at the first micro-batch, and each has its own noise and probes.
 *
 * @returns The recipe itself where it has micro-batches already, or batches too small to cut.
 *
 * @example
 * ```ts
 * import { defaultRecipe, inMicroBatches } from '@iresnet/pipeline';
 *
 * const { batchSize, accumulate } = inMicroBatches(defaultRecipe('plane'));
 * console.log(batchSize, accumulate); // 250 2
 * ```
 */
export function inMicroBatches(recipe: Recipe): Recipe {
  const { accumulate, batchSize, model } = recipe;
  const parts = 2 ** Math.floor(Math.log2(batchSize / LEAST[model.kind]));
  return accumulate > 1 || parts < 2
    ? recipe
    : { ...recipe, batchSize: Math.round(batchSize / parts), accumulate: parts };
}

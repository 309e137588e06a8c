import { IResNetError } from '@iresnet/core';
import { mostProbable } from '@iresnet/evaluation';
import type { Data } from './data';
import type { Pipeline } from './pipeline';
import { scored } from './score';
import type { Unusable } from './unusable';

/** What a classifier says of each example. */
export interface Classes {
  readonly count: number;
  /** `[count]`: the name of the most probable class; null of an unusable example. */
  readonly labels: readonly (string | null)[];
  /** `[count]`: its position in `pipeline.input.classes`; −1 of an unusable example. */
  readonly indices: Int32Array;
  /** `[count, K]`, row-major: softmax of the scores; NaN of an unusable example. */
  readonly probabilities: Float32Array;
  /** The examples that cannot be judged, in order, each with the reason. */
  readonly unusable: readonly Unusable[];
}

/**
 * The most probable class of each example, and the probability of each class.
 *
 * @throws IResNetError of kind `argument` for a model without classes, `data` for data that does
 * not fit.
 *
 * @example
 * ```ts
 * import { iris } from '@iresnet/datasets';
 * import { classify, defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table', 'hybrid'), steps: 5 };
 * const { pipeline } = await train(tableSource('iris', iris(), recipe), recipe);
 * console.log((await classify(pipeline, [[5.1, 3.5, 1.4, 0.2]])).labels); // one of the species
 * ```
 */
export async function classify(pipeline: Pipeline, data: Data): Promise<Classes> {
  const where = 'pipeline.classify';
  const { input } = pipeline;
  if (pipeline.model.head === null)
    throw new IResNetError('argument', where, 'expected a model with classes, got one with a density alone');
  // The classes of `score`, without a density.
  const { count, probabilities, unusable } = await scored(where, { ...pipeline, task: 'classify' }, data);
  const { classes } = input;
  const indices = mostProbable(probabilities!, classes.length);
  const labels = Array.from(indices, (i) => classes[i] ?? null);
  return { count, indices, labels, probabilities: probabilities!, unusable };
}

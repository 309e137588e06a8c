import { IResNetError } from '@iresnet/core';
import { mostProbable } from '@iresnet/evaluation';
import { batchesOf, type Data } from './data';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';
import { PIECE } from './score';

/** What a classifier says of each example. */
export interface Classes {
  readonly count: number;
  /** `[count]`: the name of the most probable class. */
  readonly labels: readonly string[];
  /** `[count]`: its position in `pipeline.input.classes`. */
  readonly indices: Int32Array;
  /** `[count, K]`, row-major: softmax of the scores. */
  readonly probabilities: Float32Array;
}

/**
 * The most probable class of each example, and the probability of each class.
 *
 * @throws IResNetError of kind `argument` for a model without classes, `data` for data that does not fit.
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
  const { model, input } = pipeline;
  if (model.head === null)
    throw new IResNetError('argument', where, 'expected a model with classes, got one with a density alone');
  const { count, batch } = batchesOf(where, input, data);
  const { classes } = input;
  const probabilities = new Float32Array(count * classes.length);
  await inPieces(
    count,
    PIECE[input.kind],
    (from, to) => ({ found: model.classify(batch(from, to)).probabilities }),
    ({ found }, from) => probabilities.set(found, from * classes.length),
  );
  const indices = mostProbable(probabilities, classes.length);
  return { count, indices, labels: Array.from(indices, (i) => classes[i]!), probabilities };
}

import { div, sub, tidy } from '@tensorflow/tfjs-core';
import { createRng } from '@iresnet/core';
import type { Table, Toy2d } from '@iresnet/datasets';
import type { Recipe } from '../recipe';
import { momentsOf } from './moments';
import type { Part, TableSource } from './source';

/** Draws that stand for the unlimited training set, in reports and for the standardization. */
const TRAINING = 5000;
const HELD_OUT = 10_000;
const VALIDATION = 2000;

/**
 * A distribution on the plane as a source: each batch is drawn anew, and so are the parts that it
 * is validated and judged on.
 *
 * @param toy - A distribution with a known density, such as `toy2d('moons')`.
 * @param recipe - Its seed and batch size.
 *
 * @example
 * ```ts
 * import { toy2d } from '@iresnet/datasets';
 * import { defaultRecipe, planeSource } from '@iresnet/pipeline';
 *
 * console.log(planeSource(toy2d('moons'), defaultRecipe('plane')).heldOut.count); // 10000
 * ```
 */
export function planeSource(toy: Toy2d, recipe: Recipe): TableSource {
  const rng = createRng(recipe.seed).split('data');
  const columns = ['x', 'y'];
  const draw = (count: number, label: string): Part<Table> => {
    const sample = toy.sample(count, rng.split(label));
    const values = sample.dataSync() as Float32Array;
    sample.dispose();
    return { count, data: { columns, rows: count, values }, labels: null, numbers: null };
  };
  const training = draw(TRAINING, 'training');
  const heldOut = draw(HELD_OUT, 'held out');
  const { mean, deviation } = momentsOf(toy.name, training.data);
  return {
    input: { kind: 'table', title: toy.name, columns, label: null, classes: [] },
    training,
    validation: recipe.validation > 0 ? draw(VALIDATION, 'validation') : heldOut,
    heldOut,
    mean,
    deviation,
    factor: null,
    truth: toy,
    batch: (_index, batchRng) => ({
      x: tidy(() => div(sub(toy.sample(recipe.batchSize, batchRng), [...mean]), [...deviation])),
    }),
  };
}

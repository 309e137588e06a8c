import type { ImageSet, Table } from '@iresnet/datasets';
import type { ImageIResNetConfig } from '@iresnet/model';
import { farValues } from '../figures/farValues';
import { imageKind } from '../imageRecipe';
import type { Recipe } from '../recipe';
import type { ImageSource, TableSource } from '../source/source';

/**
 * What a source holds, in a line: `iris: 112 training rows, 15 held out, 4 columns`.
 *
 * @example
 * ```ts
 * import { iris } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource } from '@iresnet/pipeline';
 * import { describeSource } from '@iresnet/pipeline/run';
 *
 * console.log(describeSource(tableSource('iris', iris(), defaultRecipe('table', 'hybrid'))));
 * ```
 */
export function describeSource({ input, training, heldOut }: TableSource | ImageSource): string {
  if (input.kind === 'images')
    return `${input.title}: ${training.count} training images of ${input.shape.join('×')}, ${heldOut.count} held out, ${input.classes.length} classes`;
  const { length } = input.columns;
  const given = input.given ? `, given ${input.given.columns.join(', ')}` : '';
  const gaps = (training.data as Table).values.filter(Number.isNaN).length;
  const missing = gaps > 0 ? `, ${gaps} training values missing` : '';
  return `${input.title}: ${training.count} training rows, ${heldOut.count} held out, ${length} ${length === 1 ? 'column' : 'columns'}${given}${missing}`;
}

/**
 * What decides a run on a source, in a line: its network, its noise, its steps, and what chooses
 * the best model.
 *
 * @example
 * ```ts
 * import { iris } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource } from '@iresnet/pipeline';
 * import { describeSettings } from '@iresnet/pipeline/run';
 *
 * const recipe = defaultRecipe('table', 'hybrid');
 * console.log(describeSettings(tableSource('iris', iris(), recipe), recipe)); // 6 blocks of 64-64, whitened, …
 * ```
 */
export function describeSettings(source: TableSource | ImageSource, recipe: Recipe): string {
  return ('truth' in source ? tableSettings(source, recipe) : imageSettings(source, recipe)).join(', ');
}

function tableSettings(
  { input, training, validation, heldOut, factor }: TableSource,
  recipe: Recipe,
): string[] {
  const { noise, patience, model, batchSize, weights } = recipe;
  const flow = model.kind === 'dense' ? model.flow : null;
  return [
    ...(flow ? [`${flow.blocks} blocks of ${flow.hidden.join('-')}`] : []),
    ...(flow?.masked ? ['masked'] : []),
    ...(input.effects ? ['centred by category'] : []),
    ...(factor ? ['whitened'] : []),
    `noise ${noise}`,
    ...(weights === undefined ? [] : [`rows weighted by ${weights}`]),
    stepsOf(recipe, `${Math.min(batchSize, training.count)} rows`),
    ...(validation !== heldOut
      ? [`${validation.count} rows choose the best model`]
      : patience
        ? ['the rows that are judged choose the best model']
        : []),
    ...(patience ? [`patience ${patience}`] : []),
  ];
}

function imageSettings({ training, validation, heldOut }: ImageSource, recipe: Recipe): string[] {
  const { scales, transform = 'none' } = (recipe.model as ImageIResNetConfig).flow;
  const ends = (100 * imageKind(training.data as ImageSet).ends!).toFixed(0);
  const alpha = typeof transform === 'object' && transform.kind === 'logit' ? transform.alpha : undefined;
  return [
    ...scales.map(({ blocks, channels }) => `${blocks} blocks of ${channels} channels`),
    ...(alpha === undefined
      ? []
      : [`logit with α = ${alpha} in front (${ends} % of the values are at an end)`]),
    stepsOf(recipe, `${recipe.batchSize} images`),
    ...(validation === heldOut ? [] : [`${validation.count} images for validation`]),
  ];
}

/** `at most 600 steps of 2 × 64 rows at 0.005`. */
function stepsOf({ steps, accumulate, learningRate }: Recipe, examples: string): string {
  const times = accumulate > 1 ? `${accumulate} × ` : '';
  return `at most ${steps} steps of ${times}${examples} at ${learningRate}`;
}

/** Far values that are named. */
const NAMED = 5;

/**
 * The {@link farValues} of a source in some lines: the first five, and how many more rows have one.
 * All rows outside the training part are looked at.
 *
 * @returns Nothing where there is none.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource } from '@iresnet/pipeline';
 * import { describeFarValues } from '@iresnet/pipeline/run';
 *
 * console.log(describeFarValues(tableSource('faithful', faithful(), defaultRecipe('table')))); // []
 * ```
 */
export function describeFarValues(source: TableSource): string[] {
  const found = farValues(source);
  const named = found
    .slice(0, NAMED)
    .map(
      ({ row, column, reason }) => `${row === null ? 'a draw' : `row ${row}`}, column '${column}': ${reason}`,
    );
  const more = found.length - named.length;
  return more > 0 ? [...named, `${more} more rows outside the training part are as far off`] : named;
}

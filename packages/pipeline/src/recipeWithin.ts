import { checkOptions, ensure } from '@iresnet/core/internal';
import { race, variants, type RaceOptions, type Variable } from './race';
import type { Recipe } from './recipe';
import type { Source } from './source/source';

/** Share of the time in which recipes are tried, and that for judging and drawing. */
const SHARES = { race: 0.35, judging: 0.1 } as const;
/** Validations of the run that follows. */
const VALIDATIONS = 40;

/** Options of {@link recipeWithin}. */
export interface RecipeWithinOptions extends Omit<RaceOptions, 'signal'> {
  /** Seconds for the race, and for the training and the judging that follow. */
  readonly seconds: number;
  /** Settings in which no recipe differs from the one that is given. */
  readonly fixed?: readonly Variable[];
}

/**
 * Try some recipes for a part of the time; the best one gets as many steps as fit into the rest.
 *
 * What comes out is an ordinary recipe: a run with it gives the same numbers on any machine and
 * with any other load.
 *
 * @param sourceOf - Makes the data of a recipe: `(recipe) => tableSource(title, table, recipe)`.
 * @param recipe - A density of rows, which is tried as one of its {@link variants}.
 * @returns The recipe that was best on the validation part, and what is different about it.
 * @throws IResNetError (argument) for seconds that are not above 0.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, recipeWithin, tableSource } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table', 'density', { rows: 272, columns: 2 }), batchSize: 16 };
 * const sourceOf = (r: typeof recipe) => tableSource('faithful', faithful(), r);
 * const best = await recipeWithin(sourceOf, recipe, { seconds: 1, fixed: ['base', 'hidden', 'linear'] });
 * console.log(best.name, best.recipe.steps);
 * ```
 */
export async function recipeWithin(
  sourceOf: (recipe: Recipe) => Source,
  recipe: Recipe,
  options: RecipeWithinOptions,
): Promise<{ readonly name: string; readonly recipe: Recipe }> {
  const where = 'pipeline.recipeWithin';
  checkOptions(where, options, { seconds: true, fixed: true, workers: true, onTried: true });
  const { seconds, fixed, ...rest } = options;
  ensure(seconds > 0, where, () => `expected seconds > 0, got ${seconds}`);
  const began = performance.now();
  const [best] = await race(sourceOf, variants(recipe, fixed), { seconds: SHARES.race * seconds, ...rest });
  const left = (1 - SHARES.judging) * seconds - (performance.now() - began) / 1000;
  const { name, recipe: chosen, steps: made, seconds: took } = best!;
  const steps = Math.max(1, Math.floor((left * made) / took));
  const validateEvery = Math.max(1, Math.round(steps / VALIDATIONS));
  return { name, recipe: { ...chosen, steps, validateEvery } };
}

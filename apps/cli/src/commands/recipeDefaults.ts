import { defaultRecipe, type Recipe } from '@iresnet/pipeline';

const recipes = {
  table: defaultRecipe('table'),
  set: defaultRecipe('plane'),
  images: defaultRecipe('images', 'hybrid', { count: 60000, shape: [28, 28, 1], classes: 10 }),
};

/** Settings of a recipe that are one number. */
type Setting =
  'steps' | 'batchSize' | 'learningRate' | 'warmup' | 'emaDecay' | 'clipNorm' | 'densityWeight' | 'patience';

/**
 * The default of a setting as help says it: of a table, a set in the plane, images.
 *
 * @param table - In place of the number of a table, where its rows decide.
 */
export function recipeDefault(setting: Setting, table?: string): string {
  const { table: rows, set, images } = recipes;
  const of = (recipe: Recipe): string => String(recipe[setting] ?? 'none');
  const first = table ?? of(rows);
  if (first !== of(set)) return `${table ?? `${first} a table`}, ${of(set)} a set, ${of(images)} images`;
  return of(set) === of(images) ? first : `${first}; images: ${of(images)}`;
}

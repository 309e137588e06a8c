import { planeSource } from '../source/planeSource';
import { imageSource } from '../source/imageSource';
import type { ImageSource, TableSource } from '../source/source';
import { tableSource } from '../source/tableSource';
import { checkClasses } from './checkClasses';
import { recipeOf, type RunConfig } from './config';
import type { LoadedData, LoadedImages, LoadedTable } from './loaded';

/** Rows or images as a run takes them. */
export type RunSource = TableSource | ImageSource;

/**
 * The parts of loaded data, as a configuration cuts it: `tableSource`, `planeSource` or
 * `imageSource`.
 *
 * @param loaded - What `loadData` gives for `config.data`.
 * @throws IResNetError of kind `data` when there is not enough of it, or a class without pictures.
 *
 * @example
 * ```ts
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { loadData, sourceOf } from '@iresnet/pipeline/run/node';
 *
 * const config = runConfig({ kind: 'embedded', name: 'faithful' }, defaultRecipe('table'));
 * const source = sourceOf(await loadData(config.data), config);
 * console.log(source.training.count + source.validation.count + source.heldOut.count); // 272
 * ```
 */
export function sourceOf(loaded: LoadedTable, config: RunConfig): TableSource;
export function sourceOf(loaded: LoadedImages, config: RunConfig): ImageSource;
export function sourceOf(loaded: LoadedData, config: RunConfig): RunSource;
export function sourceOf(loaded: LoadedData, config: RunConfig): RunSource {
  const recipe = recipeOf(config);
  switch (loaded.kind) {
    case 'plane':
      return planeSource(loaded.toy, recipe);
    case 'table':
      return tableSource(loaded.title, loaded.table, recipe, loaded.test);
    case 'images':
      checkClasses(loaded, recipe.task);
      return imageSource(loaded.title, loaded, recipe);
  }
}

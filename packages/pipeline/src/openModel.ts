import { readStored } from '#location';
import { restore } from './format';
import type { Pipeline } from './pipeline';

/**
 * Open a trained model with all that belongs to it.
 *
 * In Node `location` is the folder of a run or of a model, or a URL; in a browser a URL, relative
 * to the page if it is not whole. A run's `model` is opened, its last one; name `RUN/best` for the
 * best. Every byte is verified against the manifest beside it. Models of earlier versions open too.
 *
 * @param location - A path, or a URL; with a trailing slash or without.
 * @returns A pipeline. Free it with `pipeline.model.dispose()`.
 * @throws IResNetError of kind `data` that names the file, when there is no model or a byte of it
 * is wrong.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { toy2d } from '@iresnet/datasets';
 * import { defaultRecipe, openModel, planeSource, sample, train } from '@iresnet/pipeline';
 * import { saveModel } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('plane'), steps: 2 };
 * const { pipeline } = await train(planeSource(toy2d('moons'), recipe), recipe);
 * const dir = join(mkdtempSync(join(tmpdir(), 'moons-')), 'model');
 * await saveModel(dir, pipeline);
 *
 * const opened = await openModel(dir);
 * console.log(opened.input, (await sample(opened, 5, { seed: 1 })).values);
 * ```
 */
export async function openModel(location: string | URL): Promise<Pipeline> {
  const { where, ...stored } = await readStored(location);
  return restore(stored, where);
}

import { saveModule as saveFolder } from '@iresnet/checkpoint/node';
import { describe } from './format';
import type { Pipeline } from './pipeline';

/**
 * Save a pipeline as a folder: `model.safetensors`, `config.json` and `manifest.json`. `openModel`
 * gives back the same one to the last bit, in Node and, from any file server, in a browser. A crash
 * leaves the folder of before or the new one.
 *
 * @param dir - The folder to make, or the saved model to replace.
 * @throws IResNetError of kind `data` when a system call fails.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { toy2d } from '@iresnet/datasets';
 * import { defaultRecipe, planeSource, train } from '@iresnet/pipeline';
 * import { saveModel } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('plane'), steps: 2 };
 * const { pipeline } = await train(planeSource(toy2d('moons'), recipe), recipe);
 * await saveModel(join(mkdtempSync(join(tmpdir(), 'moons-')), 'model'), pipeline);
 * ```
 */
export async function saveModel(dir: string, pipeline: Pipeline): Promise<void> {
  await saveFolder(dir, { config: describe(pipeline), module: pipeline.model });
}

import { decodeModule, encodeModule } from '@iresnet/checkpoint';
import { describe, restore } from './format';
import type { Pipeline } from './pipeline';

/**
 * A pipeline as one safetensors file, with all that belongs to it in the metadata: for a download
 * or IndexedDB in a browser. The same bytes are the `model.safetensors` of a folder that
 * `saveModel` writes.
 *
 * @example
 * ```ts
 * import { toy2d } from '@iresnet/datasets';
 * import { decodePipeline, defaultRecipe, encodePipeline, planeSource, score, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('plane'), steps: 2 };
 * const { pipeline } = await train(planeSource(toy2d('moons'), recipe), recipe);
 * const again = decodePipeline(await encodePipeline(pipeline));
 * console.log((await score(again, [[0, 0]])).logProb); // the same number to the last bit
 * ```
 */
export async function encodePipeline(pipeline: Pipeline): Promise<Uint8Array> {
  return encodeModule({ config: describe(pipeline), module: pipeline.model });
}

/**
 * The inverse of {@link encodePipeline}; reads the models of earlier versions too.
 *
 * @param where - Name of the file, for messages.
 * @throws IResNetError of kind `data` when the bytes are not a model.
 */
export function decodePipeline(bytes: Uint8Array, where = 'pipeline.decodePipeline'): Pipeline {
  return restore(decodeModule(bytes, { file: where }), where);
}

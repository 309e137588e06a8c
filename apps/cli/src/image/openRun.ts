import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import type { ImageSet } from '@iresnet/datasets';
import type { Output } from '../output';
import { openSource } from './command';
import { readImageConfig, type ImageRunConfig } from './config';
import type { SavedImageModel } from './model';
import { loadImages, type ImageSource } from './source';

/**
 * Open the configuration of a run folder and the images that it trained on.
 *
 * @param saved - The model of the run.
 * @throws IResNetError of kind `data` when something is missing or corrupt, or the images are not those of the model.
 */
export async function openImageRun(
  dir: string,
  saved: SavedImageModel,
  output: Output,
): Promise<{ readonly config: ImageRunConfig; readonly source: ImageSource }> {
  if (existsSync(join(dir, 'manifest.json'))) {
    const what = 'expected the folder of a run, which knows its images, got that of a model';
    throw new IResNetError('argument', dir, what);
  }
  const config = readImageConfig(join(dir, 'config.json'), 'data');
  const source = openSource(await loadImages(config.data, output), config);
  const described = ({ shape, levels, classes }: Described): string =>
    `${shape.join('×')}, ${levels} levels, ${classes.length} classes (${classes.join()})`;
  const model = described({ ...saved, shape: saved.model.shape });
  const images = described(source.heldOut);
  if (model !== images)
    throw new IResNetError(
      'data',
      dir,
      `expected images as of the model, ${model}, got ${images} in ${source.title}`,
    );
  return { config, source };
}

interface Described {
  readonly shape: readonly number[];
  readonly levels: number;
  readonly classes: readonly string[];
}

/** The images that a run held out. */
export async function openHeldOut(
  path: string,
  saved: SavedImageModel,
  output: Output,
): Promise<{ readonly title: string; readonly heldOut: ImageSet }> {
  return (await openImageRun(path, saved, output)).source;
}

import { join } from 'node:path';
import { assign } from '@iresnet/checkpoint';
import { loadModule, saveModule } from '@iresnet/checkpoint/node';
import { createRng, eventSize, IResNetError } from '@iresnet/core';
import { iResNet, parseIResNetConfig, withLogDet, type IResNet } from '@iresnet/model';
import { modelFolder } from '../model';
import { tasks, type Task } from './config';

/** A trained model of images with what is needed to use it. */
export interface SavedImageModel {
  readonly model: IResNet;
  readonly task: Task;
  /** Name of the set. */
  readonly title: string;
  /** Values that a pixel can have. */
  readonly levels: number;
  readonly classes: readonly string[];
}

export const IMAGE_FORMAT = 'iresnet-image-model';

/** Save a model so that {@link openImageModel} gives back the same one to the last bit. */
export async function writeImageModel(dir: string, { model, ...rest }: SavedImageModel): Promise<void> {
  await saveModule(dir, {
    config: { format: IMAGE_FORMAT, version: 1, ...rest, model: model.config },
    module: model,
  });
}

/**
 * Open a model folder, or the run folder that holds one.
 *
 * @throws IResNetError of kind `data` when there is none, or a byte of it is wrong.
 */
export async function openImageModel(path: string): Promise<SavedImageModel> {
  const dir = modelFolder(path);
  const { config, tensors } = await loadModule(dir);
  const file = join(dir, 'config.json');
  const saved = config as unknown as Record<'format' | 'version' | 'model', unknown> &
    Omit<SavedImageModel, 'model'>;
  if (saved.format !== IMAGE_FORMAT) {
    const what = `expected a model of images (format ${IMAGE_FORMAT}), got ${JSON.stringify(saved.format)}`;
    throw new IResNetError('data', file, what);
  }
  if (saved.version !== 1) {
    const what = `expected version 1, got ${String(saved.version)}: a newer iresnet made it; update this one`;
    throw new IResNetError('data', file, what);
  }
  const { title, levels, classes, task } = saved;
  if (!(tasks.includes(task) && Number.isInteger(levels) && levels >= 2 && Array.isArray(classes)))
    throw new IResNetError('data', file, 'expected task, levels and classes of the images, got other JSON');
  try {
    const model = iResNet(parseIResNetConfig(saved.model, file), createRng(0));
    assign(model, tensors);
    return { model, title, levels, classes, task };
  } catch (error) {
    // The bytes are those that were written, so what does not fit was written by something else.
    const what = `expected a configuration that fits the tensors, got ${(error as Error).message}`;
    throw new IResNetError('data', dir, what, {}, { cause: error });
  }
}

/**
 * The same model with an estimate of the log-determinant whose bias does not show: for judging. Both
 * have the same variables.
 */
export function forJudging(model: IResNet): IResNet {
  if (model.kind !== 'image') return model;
  const smallest = Math.min(...model.flow.blockShapes.map(eventSize));
  return withLogDet(model, { kind: 'arnoldi', products: Math.min(8, smallest) });
}

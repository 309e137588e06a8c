import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assign } from '@iresnet/checkpoint';
import { loadModelFiles, saveModel } from '@iresnet/checkpoint/node';
import { createRng, IResNetError } from '@iresnet/core';
import { denseFlow, type DenseFlow, type DenseFlowConfig } from '@iresnet/model';

/** A trained density with the names of its columns. */
export interface SavedModel {
  readonly density: DenseFlow;
  readonly columns: readonly string[];
}

interface SavedConfig {
  readonly format: 'iresnet-table-density';
  readonly version: 1;
  readonly columns: readonly string[];
  readonly model: DenseFlowConfig;
}

/** Save a density so that {@link openModel} gives back the same one to the last bit. */
export async function writeModel(dir: string, { density, columns }: SavedModel): Promise<void> {
  const config: SavedConfig = { format: 'iresnet-table-density', version: 1, columns, model: density.config };
  await saveModel(dir, { config, module: density });
}

/**
 * Open a model folder, or the run folder that holds one.
 *
 * @throws IResNetError of kind `data` when there is none, or a byte of it is wrong.
 */
export async function openModel(path: string): Promise<SavedModel> {
  const dir = modelFolder(path);
  const { config, tensors } = await loadModelFiles(dir);
  const saved = config as unknown as SavedConfig;
  const file = join(dir, 'config.json');
  if (saved.format !== 'iresnet-table-density') {
    const what = `expected format iresnet-table-density, got ${JSON.stringify(saved.format)}`;
    throw new IResNetError('data', file, what);
  }
  if (saved.version !== 1) {
    const what = `expected version 1, got ${String(saved.version)}: a newer iresnet made it; update this one`;
    throw new IResNetError('data', file, what);
  }
  try {
    const density = denseFlow(saved.model, createRng(0));
    assign(density, tensors);
    return { density, columns: saved.columns };
  } catch (error) {
    // The bytes are those that were written, so what does not fit was written by something else.
    const what = `expected a configuration that fits the tensors, got ${(error as Error).message}`;
    throw new IResNetError('data', dir, what, {}, { cause: error });
  }
}

/** The folder of a model that a path means. */
export function modelFolder(path: string): string {
  const inner = join(path, 'model');
  if (existsSync(join(path, 'manifest.json'))) return path;
  if (existsSync(inner)) return inner;
  const found = existsSync(path) ? 'no model in it' : 'nothing there';
  throw new IResNetError('data', path, `expected the folder of a run or of a model, got ${found}`);
}

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
  const inner = join(path, 'model');
  const dir = existsSync(join(inner, 'manifest.json')) ? inner : path;
  if (!existsSync(dir))
    throw new IResNetError('data', path, 'expected a run or model folder, got nothing there');
  const { config, tensors } = await loadModelFiles(dir);
  const saved = config as unknown as SavedConfig;
  if (saved.format !== 'iresnet-table-density') {
    throw new IResNetError(
      'data',
      join(dir, 'config.json'),
      `expected format iresnet-table-density, got ${JSON.stringify(saved.format)}`,
    );
  }
  if (saved.version !== 1) {
    throw new IResNetError(
      'data',
      join(dir, 'config.json'),
      `expected version 1, got ${saved.version}: made by a newer iresnet`,
    );
  }
  const density = denseFlow(saved.model, createRng(0));
  assign(density, tensors);
  return { density, columns: saved.columns };
}

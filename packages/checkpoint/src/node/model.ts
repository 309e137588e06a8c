import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { configText, parseConfig } from '../json';
import { encodeModel, type Model, type StoredModel } from '../model';
import { parseSafetensors } from '../parseSafetensors';
import type { FileSystemOptions } from './fileSystem';
import { loadCheckpoint } from './loadCheckpoint';
import { saveCheckpoint } from './saveCheckpoint';

const TENSORS = 'model.safetensors';
const CONFIG = 'config.json';

/**
 * Save a model as a folder: `model.safetensors`, `config.json` beside it, and `manifest.json`; crash-safe as `saveCheckpoint` is.
 *
 * The safetensors file carries the configuration too and is what `encodeModel` gives: alone it is still a whole model.
 *
 * @param dir - The folder to make, or the saved model to replace.
 * @throws IResNetError of kind `data` when a system call fails, `argument` when the configuration is not plain JSON.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { assign } from '@iresnet/checkpoint';
 * import { loadModelFiles, saveModel } from '@iresnet/checkpoint/node';
 *
 * const build = (config: { size: number }) => ({ params: { bias: tf.variable(tf.ones([config.size])) }, dispose() {} });
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'model');
 * const config = { size: 3 };
 * await saveModel(dir, { config, module: build(config) });
 *
 * const stored = await loadModelFiles(dir);
 * assign(build(stored.config as typeof config), stored.tensors);
 * ```
 */
export async function saveModel(dir: string, model: Model, options: FileSystemOptions = {}): Promise<void> {
  const files = {
    [TENSORS]: await encodeModel(model),
    [CONFIG]: `${configText(model.config, 'checkpoint.saveModel', 2)}\n`,
  };
  await saveCheckpoint(dir, files, { ...options, config: model.config });
}

/**
 * Load a folder of {@link saveModel}; every byte is verified first.
 *
 * @throws IResNetError of kind `data` that names the file and the reason.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { loadModelFiles, saveModel } from '@iresnet/checkpoint/node';
 *
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'model');
 * await saveModel(dir, { config: {}, module: { params: { scale: tf.variable(tf.scalar(2)) } } });
 * console.log((await loadModelFiles(dir)).tensors.get('scale')?.data); // Float32Array(1) [ 2 ]
 * ```
 */
export async function loadModelFiles(dir: string, options: FileSystemOptions = {}): Promise<StoredModel> {
  const { files } = await loadCheckpoint(dir, options);
  const [tensorBytes, configBytes] = [TENSORS, CONFIG].map((name) => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new IResNetError('data', dir, `expected ${name} in the checkpoint`);
    return bytes;
  });
  const config = parseConfig(new TextDecoder().decode(configBytes), join(dir, CONFIG));
  return { config, ...parseSafetensors(tensorBytes!, { file: join(dir, TENSORS) }) };
}

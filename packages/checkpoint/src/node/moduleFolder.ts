import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { configText, parseConfig } from '../json';
import { CONFIG, TENSORS } from '../moduleFiles';
import { parseSafetensors } from '../parseSafetensors';
import { encodeModule, type ConfiguredModule, type StoredModule } from '../storedModule';
import type { FileSystemOptions } from './fileSystem';
import { loadCheckpoint } from './loadCheckpoint';
import { saveCheckpoint } from './saveCheckpoint';

/**
 * Save a module and its configuration as a folder: `model.safetensors`, `config.json` and
 * `manifest.json`. It is as crash-safe as `saveCheckpoint`.
 *
 * The safetensors file holds the configuration too: it has the bytes that `encodeModule` gives, and
 * can be used alone.
 *
 * @param dir - The folder to make, or the saved module to replace.
 * @throws IResNetError of kind `data` when a system call fails; of kind `argument` when the
 * configuration is not plain JSON.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { assign } from '@iresnet/checkpoint';
 * import { loadModule, saveModule } from '@iresnet/checkpoint/node';
 *
 * const build = ({ size }: { size: number }) => ({
 *   params: { bias: tf.variable(tf.ones([size])) },
 * });
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'model');
 * const config = { size: 3 };
 * await saveModule(dir, { config, module: build(config) });
 *
 * const stored = await loadModule(dir);
 * assign(build(stored.config as typeof config), stored.tensors);
 * ```
 */
export async function saveModule(
  dir: string,
  module: ConfiguredModule,
  options: FileSystemOptions = {},
): Promise<void> {
  const files = {
    [TENSORS]: await encodeModule(module),
    [CONFIG]: `${configText(module.config, 'checkpoint.saveModule', 2)}\n`,
  };
  await saveCheckpoint(dir, files, { ...options, config: module.config });
}

/**
 * Load a folder of {@link saveModule}: its configuration and tensors. Every byte is verified first.
 *
 * It does not build the module: build one from `config`, then `assign` the tensors to it.
 *
 * @throws IResNetError of kind `data` that names the file and the reason.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { loadModule, saveModule } from '@iresnet/checkpoint/node';
 *
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'model');
 * await saveModule(dir, { config: {}, module: { params: { scale: tf.variable(tf.scalar(2)) } } });
 * console.log((await loadModule(dir)).tensors.get('scale')?.data); // Float32Array(1) [ 2 ]
 * ```
 */
export async function loadModule(dir: string, options: FileSystemOptions = {}): Promise<StoredModule> {
  const { files } = await loadCheckpoint(dir, options);
  const [tensorBytes, configBytes] = [TENSORS, CONFIG].map((name) => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new IResNetError('data', dir, `expected ${name} in the checkpoint`);
    return bytes;
  });
  const config = parseConfig(new TextDecoder().decode(configBytes), join(dir, CONFIG));
  return { config, ...parseSafetensors(tensorBytes!, { file: join(dir, TENSORS) }) };
}

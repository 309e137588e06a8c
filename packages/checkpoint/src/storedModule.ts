import { IResNetError, type Module } from '@iresnet/core';
import type { NamedTensors } from './dtypes';
import { configText, parseConfig } from './json';
import { snapshot } from './module';
import { parseSafetensors, type ParseSafetensorsOptions } from './parseSafetensors';
import { toSafetensors } from './toSafetensors';

/** A module together with the configuration that it was built from. */
export interface ConfiguredModule {
  /** Plain JSON from which the module can be built again. */
  readonly config: object;
  readonly module: Pick<Module, 'params'>;
}

/** A module as it was stored: build one from `config`, then `assign` the tensors to it. */
export interface StoredModule {
  /** Parsed JSON. The caller checks what it means. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: NamedTensors;
  /** All strings of the safetensors header. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A module and its configuration → the bytes of one safetensors file, with the configuration as
 * JSON under `config` in the metadata.
 *
 * Use it in a browser for a download, IndexedDB or an upload. `saveModule` of
 * `@iresnet/checkpoint/node` writes the same bytes as the `model.safetensors` of its folder.
 *
 * @throws IResNetError of kind `argument` when the configuration holds a value that JSON cannot
 * (NaN, functions, class instances).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { assign, decodeModule, encodeModule } from '@iresnet/checkpoint';
 *
 * const build = ({ size }: { size: number }) => ({
 *   params: { bias: tf.variable(tf.ones([size])) },
 * });
 * const config = { size: 3 };
 * const bytes = await encodeModule({ config, module: build(config) });
 *
 * const stored = decodeModule(bytes);
 * assign(build(stored.config as typeof config), stored.tensors);
 * ```
 */
export async function encodeModule({ config, module }: ConfiguredModule): Promise<Uint8Array> {
  const text = configText(config, 'checkpoint.encodeModule');
  return toSafetensors(await snapshot(module), { config: text });
}

/**
 * The inverse of {@link encodeModule}: bytes → configuration and tensors.
 *
 * @throws IResNetError of kind `data` when the bytes are not a safetensors file or hold no
 * configuration; of kind `argument` when they are not a Uint8Array.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { decodeModule, encodeModule } from '@iresnet/checkpoint';
 *
 * const module = { params: { scale: tf.variable(tf.scalar(2)) } };
 * const bytes = await encodeModule({ config: { width: 8 }, module });
 * console.log(decodeModule(bytes).config); // { width: 8 }
 * ```
 */
export function decodeModule(bytes: Uint8Array, options: ParseSafetensorsOptions = {}): StoredModule {
  const where = options.file ?? 'checkpoint.decodeModule';
  const { tensors, metadata } = parseSafetensors(bytes, { ...options, file: where });
  if (metadata.config === undefined)
    throw new IResNetError('data', where, 'expected "config" in the metadata');
  return { config: parseConfig(metadata.config, where), tensors, metadata };
}

import { IResNetError, type Module } from '@iresnet/core';
import type { NamedTensors } from './dtypes';
import { configText, parseConfig } from './json';
import { snapshot } from './module';
import { parseSafetensors, type ParseSafetensorsOptions } from './parseSafetensors';
import { toSafetensors } from './toSafetensors';

/** A model: how to build it, and its variables. */
export interface Model {
  /** Plain JSON from which the module can be built again. */
  readonly config: object;
  readonly module: Pick<Module, 'params'>;
}

/** A stored model: build a module from `config`, then `assign` the tensors to it. */
export interface StoredModel {
  /** Parsed JSON; its meaning is for the caller to check. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: NamedTensors;
  /** All strings of the safetensors header. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A model → one safetensors file that is complete alone: the configuration is JSON under `config` in its metadata.
 *
 * For a download, IndexedDB or an upload in a browser; the bytes are the `model.safetensors` of a folder that `saveModel` writes.
 *
 * @throws IResNetError of kind `argument` when the configuration holds what JSON cannot (NaN, functions, class instances).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { assign, decodeModel, encodeModel } from '@iresnet/checkpoint';
 *
 * const build = (config: { size: number }) => ({ params: { bias: tf.variable(tf.ones([config.size])) }, dispose() {} });
 * const config = { size: 3 };
 * const bytes = await encodeModel({ config, module: build(config) });
 *
 * const stored = decodeModel(bytes);
 * assign(build(stored.config as typeof config), stored.tensors);
 * ```
 */
export async function encodeModel({ config, module }: Model): Promise<Uint8Array> {
  const text = configText(config, 'checkpoint.encodeModel');
  return toSafetensors(await snapshot(module), { config: text });
}

/**
 * The inverse of {@link encodeModel}.
 *
 * @throws IResNetError of kind `data` when the bytes are no safetensors file or hold no configuration.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { decodeModel, encodeModel } from '@iresnet/checkpoint';
 *
 * const bytes = await encodeModel({ config: { width: 8 }, module: { params: { scale: tf.variable(tf.scalar(2)) } } });
 * console.log(decodeModel(bytes).config); // { width: 8 }
 * ```
 */
export function decodeModel(bytes: Uint8Array, options: ParseSafetensorsOptions = {}): StoredModel {
  const where = options.file ?? 'checkpoint.decodeModel';
  const { tensors, metadata } = parseSafetensors(bytes, { ...options, file: where });
  if (metadata.config === undefined)
    throw new IResNetError('data', where, 'expected "config" in the metadata');
  return { config: parseConfig(metadata.config, where), tensors, metadata };
}

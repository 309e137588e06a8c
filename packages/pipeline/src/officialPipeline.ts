import { createRng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { iResNet } from '@iresnet/model';
import {
  loadOfficialState,
  officialConfig,
  type OfficialConfigOptions,
  type OfficialTensors,
} from '@iresnet/model/official';
import type { Pipeline } from './pipeline';

/** Options of {@link officialPipeline}. */
export interface OfficialPipelineOptions extends OfficialConfigOptions {
  /** How many values a pixel of the images can take. Default 256. */
  readonly levels?: number;
  /** Names of the classes of a network with a classifier. Default their numbers from 0. */
  readonly classes?: readonly string[];
  /** Name of the data. Default `official`. */
  readonly title?: string;
}

/** A model of official weights. */
export interface OfficialPipeline {
  readonly pipeline: Pipeline;
  /** Names of the tensors that the model does not need. */
  readonly ignored: readonly string[];
}

/**
 * A pipeline of the weights of the official PyTorch i-ResNet, to score, classify, draw and certify
 * with. It was not trained here, so it has no recipe.
 *
 * @param tensors - The state_dict, as `parseSafetensors` reads it.
 * @param options - What the tensors do not show, as for `officialConfig` of
 * `@iresnet/model/official`, and what the images are.
 * @returns The pipeline. Free it with `pipeline.model.dispose()`.
 * @throws IResNetError of kind `data` for tensors that are not those of an i-ResNet on images of
 * that shape; of kind `argument` for another number of names than of classes.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { parseSafetensors } from '@iresnet/checkpoint';
 * import { certify, officialPipeline } from '@iresnet/pipeline';
 *
 * async function isProven(file: string): Promise<boolean> {
 *   const { tensors } = parseSafetensors(await readFile(file), { file });
 *   const { pipeline } = officialPipeline(tensors, { shape: [32, 32, 3], where: file });
 *   return certify(pipeline).invertible;
 * }
 * ```
 */
export function officialPipeline(
  tensors: OfficialTensors,
  options: OfficialPipelineOptions,
): OfficialPipeline {
  const { levels = 256, classes: given, title = 'official', ...rest } = options;
  const where = 'pipeline.officialPipeline';
  ensure(Number.isInteger(levels) && levels >= 2, where, () => `expected levels ≥ 2, got ${levels}`);
  const config = officialConfig(tensors, rest);
  const count = config.head?.classes ?? 0;
  const classes = given && config.head ? given : Array.from({ length: count }, (_, i) => String(i));
  ensure(
    classes.length === count,
    where,
    () => `expected ${count} names of classes, as many as the network has, got ${classes.length}`,
  );
  const model = iResNet(config, createRng(0));
  try {
    const { ignored } = loadOfficialState(model, tensors, rest.where ?? where);
    const task = config.head === null ? 'density' : config.flow.padding > 0 ? 'classify' : 'hybrid';
    const input = { kind: 'images', title, shape: rest.shape, levels, classes } as const;
    return { pipeline: { model, input, task, recipe: null }, ignored };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

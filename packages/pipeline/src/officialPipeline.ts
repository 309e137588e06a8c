import { createRng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { TransformSpec } from '@iresnet/flows';
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
  /**
   * What the training took off each channel and divided it by, of pixels from 0 to 1: the official
   * code does that for classifiers, by the moments of the data set. Default: pixels are
   * (byte + ½)/256 − ½, as it has them for densities.
   */
  readonly normalize?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
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
 * that shape; of kind `argument` for another number of names than of classes, or of moments than of
 * channels.
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
  const { levels = 256, classes: given, title = 'official', normalize, ...rest } = options;
  const where = 'pipeline.officialPipeline';
  ensure(Number.isInteger(levels) && levels >= 2, where, () => `expected levels ≥ 2, got ${levels}`);
  const read = officialConfig(tensors, rest);
  const config = normalize
    ? { ...read, flow: { ...read.flow, transform: normalized(normalize, levels, rest.shape[2], where) } }
    : read;
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

/** From (byte + ½)/levels − ½, which models take, to (byte/(levels − 1) − mean)/deviation. */
function normalized(
  { mean, deviation }: NonNullable<OfficialPipelineOptions['normalize']>,
  levels: number,
  channels: number,
  where: string,
): TransformSpec {
  const counts = [mean.length, deviation.length];
  ensure(
    counts.every((count) => count === channels) && deviation.every((s) => s > 0),
    where,
    () =>
      `expected a mean and a deviation > 0 of each of ${channels} channels, got [${mean}] and [${deviation}]`,
  );
  return {
    kind: 'affine',
    scale: deviation.map((s) => levels / (levels - 1) / s),
    shift: deviation.map((s, i) => (0.5 - mean[i]!) / s),
  };
}

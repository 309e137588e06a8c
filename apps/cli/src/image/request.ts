import { statSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';
import { datasetNames } from '@iresnet/datasets';
import { adaptPreset } from '@iresnet/model';
import type { ConfigFlags } from '../trainFlags';
import {
  defaultImageConfig,
  headed,
  parseImageConfig,
  presetNamed,
  type ImageData,
  type ImageKind,
  type ImageRunConfig,
} from './config';

/** A training run on images that flags ask for. */
export interface ImageRequest {
  readonly kind: 'images';
  readonly data: ImageData;
  /** The configuration, which depends on what the images are like. */
  readonly configure: (images: ImageKind) => ImageRunConfig;
}

const WHERE = 'iresnet train';

/** Flags over a configuration file over the defaults of the images, which are known when they are read. */
export function imageRequest(
  chosen: ImageData | null,
  from: unknown,
  file: string | undefined,
  settings: Omit<ConfigFlags, 'dataset' | 'data' | 'config'>,
): ImageRequest {
  const base = from === null ? null : parseImageConfig(from, file!, 'argument');
  const data = chosen ?? base!.data;
  return {
    kind: 'images',
    data,
    configure(images) {
      const task = settings.task ?? base?.task ?? 'hybrid';
      const defaults = base ?? defaultImageConfig(task, data, images);
      const preset = settings.preset === undefined ? defaults.model : presetNamed(settings.preset);
      const { shift, flip, ema, clip, blocks, channels, activation, coefficient, ...rest } = settings;
      const {
        task: _task,
        dataDir: _dir,
        preset: _preset,
        columns: _c,
        label: _l,
        hidden: _h,
        noise: _n,
        ...plain
      } = rest;
      const model = adaptPreset(preset, headed(task, images));
      const config = {
        ...defaults,
        ...plain,
        task,
        data,
        ...(ema !== undefined && { emaDecay: orNull(ema) }),
        ...(clip !== undefined && { clipNorm: orNull(clip) }),
        augment: {
          ...defaults.augment,
          ...(shift !== undefined && { shift }),
          ...(flip !== undefined && { flip }),
        },
        model: {
          ...model,
          flow: {
            ...model.flow,
            scales: rescaled(model.flow.scales, blocks, channels),
            ...(activation !== undefined && { activation }),
            ...(coefficient !== undefined && { coefficient: orNull(coefficient) }),
          },
        },
      };
      return parseImageConfig(config, WHERE, 'argument');
    },
  };
}

const orNull = (value: number | 'none'): number | null => (value === 'none' ? null : value);

/** Scales with other numbers of blocks and channels. */
function rescaled(
  scales: ImageRunConfig['model']['flow']['scales'],
  blocks: readonly number[] | undefined,
  channels: readonly number[] | undefined,
) {
  const count = blocks?.length ?? channels?.length ?? scales.length;
  if (channels && channels.length !== count) {
    const what = `expected as many --channels as scales, ${count}, got ${channels.length}`;
    throw new IResNetError('argument', WHERE, what);
  }
  return Array.from({ length: count }, (_, i) => {
    const like = scales[Math.min(i, scales.length - 1)]!;
    return { ...like, ...(blocks && { blocks: blocks[i]! }), ...(channels && { channels: channels[i]! }) };
  });
}

/** The images that the flags name, if they name some. */
export function chosenImages(dataset?: string, path?: string, dir?: string): ImageData | null {
  const name = datasetNames('images').find((set) => set === dataset);
  if (name) return { kind: 'set', name, ...(dir !== undefined && { dir }) };
  if (path === undefined) return null;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? { kind: 'folder', folder: path } : null;
}

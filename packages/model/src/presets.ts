import { IResNetError } from '@iresnet/core';
import type { ImageFlowConfig } from './imageFlow';

/** The names that {@link imageFlowPreset} takes. */
export type ImageFlowPresetName = 'mnist-small';

const presets: Readonly<Record<ImageFlowPresetName, ImageFlowConfig>> = {
  'mnist-small': {
    shape: [28, 28, 1],
    initialSqueeze: false,
    padding: 0,
    scales: [
      { blocks: 4, channels: 32, squeeze: true },
      { blocks: 4, channels: 32, squeeze: true },
    ],
    multiScale: true,
    squeezeOrder: 'offset-major',
    activation: 'elu',
    coefficient: 0.9,
    actNorm: true,
    logDet: { kind: 'powerSeries', terms: 5, samples: 1 },
    prior: 'learned',
  },
};

/**
 * A configuration of {@link imageFlow} by name.
 *
 * - `'mnist-small'`: 28×28×1, two scales of four blocks with 32 channels (14×14×4, then 7×7×8), ELU, c = 0.9, five terms of the power series.
 *
 * @throws IResNetError for an unknown name, listing the known ones.
 *
 * @example
 * ```ts
 * import { imageFlowPreset } from '@iresnet/model';
 *
 * console.log(imageFlowPreset('mnist-small').scales.length); // 2
 * ```
 */
export function imageFlowPreset(name: ImageFlowPresetName): ImageFlowConfig {
  if (!Object.hasOwn(presets, name)) {
    throw new IResNetError(
      'argument',
      'model.imageFlowPreset',
      `expected one of ${Object.keys(presets).join(', ')}, got ${JSON.stringify(name)}`,
    );
  }
  return presets[name];
}

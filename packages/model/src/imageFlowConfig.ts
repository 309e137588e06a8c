import type { FieldsOf, Structure } from '@iresnet/core/internal';
import type { SqueezeOptions } from '@iresnet/flows';
import { flowFields, type FlowConfig } from './flowConfig';
import { limits } from './limits';

/** One scale of a flow on images. */
export interface ScaleConfig {
  /** Number of residual blocks. */
  readonly blocks: number;
  /** Hidden channels of each block. */
  readonly channels: number;
  /**
   * Whether the scale begins by making each 2×2 block of pixels one pixel of four times the
   * channels.
   */
  readonly squeeze: boolean;
}

/** The i-ResNet on images, as plain JSON. */
export interface ImageFlowConfig extends FlowConfig {
  /** `[h, w, c]` of one image. */
  readonly shape: readonly [number, number, number];
  /** Squeeze before everything else, also before the padding. */
  readonly initialSqueeze: boolean;
  /**
   * Channels of zeros appended to the input, for classifiers. With any, the model is not a
   * density of images.
   */
  readonly padding: number;
  /** First to last. */
  readonly scales: readonly ScaleConfig[];
  /** Whether half of the channels leaves after each scale but the last. */
  readonly multiScale: boolean;
  /** Order of the channels that a squeeze makes. */
  readonly squeezeOrder: NonNullable<SqueezeOptions['order']>;
}

const count = (doc: string, { min = 1, limit = limits.width as number } = {}) =>
  ({ type: 'count', min, limit, doc }) as const;

const scaleFields: FieldsOf<ScaleConfig> = {
  blocks: count('Number of residual blocks.', { limit: limits.blocks }),
  channels: count('Hidden channels of each block.'),
  squeeze: { type: 'flag', doc: 'Whether the scale begins with a squeeze of 2×2 pixels into channels.' },
};

const fields: FieldsOf<ImageFlowConfig> = {
  shape: {
    type: 'list',
    of: count('Height, width or channels.'),
    min: 3,
    max: 3,
    doc: 'Height, width and channels of one image.',
  },
  initialSqueeze: { type: 'flag', doc: 'Squeeze before everything else, also before the padding.' },
  padding: count('Channels of zeros appended to the input, for classifiers.', { min: 0 }),
  scales: {
    type: 'list',
    of: { type: 'object', fields: scaleFields, doc: 'One scale.' },
    min: 1,
    max: limits.layers,
    doc: 'The scales, first to last.',
  },
  multiScale: { type: 'flag', doc: 'Whether half of the channels leaves after each scale but the last.' },
  squeezeOrder: {
    type: 'choice',
    choices: ['offset-major', 'channel-major'],
    doc: 'Order of the channels that a squeeze makes.',
  },
  ...flowFields,
};

/** The rules for an {@link ImageFlowConfig}. */
export const imageFlowStructure: Structure = { type: 'object', fields, doc: 'A flow on images.' };

import type { Kind } from '../kinds';
import { has } from './matching';

/** A kind that is recognised but that no package can compute yet. */
function notYet(name: string, matches: Kind['matches'], reason: string): Kind {
  return {
    name,
    matches,
    unable: () => reason,
    run() {
      throw new Error(reason);
    },
  };
}

/** One convolutional residual block. */
export const convBlock = notYet(
  'conv-block',
  ({ config }) => has(config, 'int_channels', 'nonlinearity', 'layers'),
  'a convolutional block: no package offers conv2d yet',
);

/** Whole convolutional networks. */
export const network = notYet(
  'network',
  ({ config }) => has(config, 'nBlocks', 'nStrides', 'nChannels'),
  'a convolutional network: no package offers conv2d yet',
);

/** Channel orders of the squeeze operations. */
export const squeezes = notYet(
  'squeeze',
  ({ tensors }) => has(tensors, 'input.0', 'iresnet_squeezed.0'),
  'squeeze: no package offers it yet',
);

/** Injective padding and split. */
export const padAndSplit = notYet(
  'pad-split',
  ({ tensors }) => has(tensors, 'pad_input.0', 'padded.0'),
  'injective padding and split: no package offers them yet',
);

import type { Kind } from '../kinds';
import { has } from './matching';

const REASON = 'a whole convolutional network: skipped until a network of this kind can be built';

/** Whole convolutional networks, recognised and not run. */
export const network: Kind = {
  name: 'network',
  matches: ({ config }) => has(config, 'nBlocks', 'nStrides', 'nChannels'),
  unable: () => REASON,
  run() {
    throw new Error(REASON);
  },
};

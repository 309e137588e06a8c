import { range, reshape } from '@tensorflow/tfjs-core';
import { squeeze } from '@iresnet/flows';
import type { Kind } from './kind';
import { channelsFirst, channelsLast } from '../layout';
import { has } from './matching';

/** Which official squeeze has which of our orders. */
const ORDERS = { iresnet: 'offset-major', resflow: 'channel-major' } as const;

/** Channel orders of the squeeze operations, in both directions. */
export const squeezes: Kind = {
  name: 'squeeze',
  matches: ({ tensors }) => has(tensors, 'input.0', 'iresnet_squeezed.0'),
  unable: () => undefined,
  run(golden) {
    for (const name of golden.names(/^input\.\d+$/)) {
      const index = name.split('.')[1]!;
      const x = channelsLast(golden.tensor(name));
      for (const [official, order] of Object.entries(ORDERS)) {
        const map = squeeze({ order });
        const squeezed = `${official}_squeezed.${index}`;
        golden.check(squeezed, channelsFirst(map.forward(x)));
        golden.check(name, channelsFirst(map.inverse(channelsLast(golden.tensor(squeezed)))), {
          way: `${order} and back`,
        });
        // The official inverse of 0, 1, 2, … in the squeezed shape.
        const counted = channelsLast(
          reshape(range(0, x.size), [...golden.manifest.tensors[squeezed]!.shape]),
        );
        golden.check(`${official}_unsqueezed.${index}`, channelsFirst(map.inverse(counted)));
      }
    }
  },
};

import { concat, ones, reshape, split as splitAxis, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, type Bijector } from '@iresnet/core';
import { actNorm, injectivePad, multiScale } from '@iresnet/flows';
import type { Kind } from './kind';
import { load } from '../layer';
import { channelsFirst, channelsLast } from '../layout';
import { listIn } from '../manifest';
import { has } from './matching';

/** Injective padding, and the split that two scales share. */
export const padAndSplit: Kind = {
  name: 'pad-split',
  matches: ({ config, tensors }) => has(config, 'pads') && has(tensors, 'pad_input.0', 'padded.0'),
  unable: () => undefined,
  run(golden) {
    (listIn(golden.config, 'pads') as readonly number[]).forEach((channels, i) => {
      const x = channelsLast(golden.tensor(`pad_input.${i}`));
      const padded = channelsLast(golden.tensor(`padded.${i}`));
      const pad = injectivePad(channels);
      golden.check(`padded.${i}`, channelsFirst(pad.forward(x)));
      golden.check(`pad_input.${i}`, channelsFirst(pad.inverse(padded)), { way: 'and back' });

      const shapes = ['first', 'second'].map((part) => {
        const [batch, c, h, w] = golden.manifest.tensors[`split_${part}.${i}`]!.shape;
        return [batch!, h!, w!, c!];
      }) as [number[], number[]];
      const split = multiScale([
        { bijector: identity(padded.shape.slice(1)), outShape: padded.shape.slice(1) },
        { bijector: identity(shapes[1].slice(1)), outShape: shapes[1].slice(1) },
      ]);
      // One vector an example: what leaves, then what goes on.
      const sizes = shapes.map(([, ...event]) => eventSize(event));
      const parts = splitAxis(split.forward(padded), sizes, 1).map((part, j) => reshape(part, shapes[j]!));
      golden.check(`split_first.${i}`, channelsFirst(parts[0]!));
      golden.check(`split_second.${i}`, channelsFirst(parts[1]!));
      const official = ['first', 'second'].map((part) => flat(golden.tensor(`split_${part}.${i}`)));
      golden.check(`padded.${i}`, channelsFirst(split.inverse(concat(official, 1))), { way: 'joined' });
      split.dispose();
    });
  },
};

/** ActNorm with scale 1 and shift 0. */
function identity(shape: readonly number[]): Bijector {
  const map = actNorm(shape);
  load(map.params, { initialized: ones([1]) });
  return map;
}

/** NCHW → one vector an example, in our order. */
function flat(x: Tensor): Tensor {
  return reshape(channelsLast(x), [x.shape[0]!, -1]);
}

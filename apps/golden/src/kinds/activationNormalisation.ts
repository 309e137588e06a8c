import { exp, mul, ones, slice, type Tensor } from '@tensorflow/tfjs-core';
import { createRng, type Bijector } from '@iresnet/core';
import { actNorm } from '@iresnet/flows';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import { load } from '../layer';
import { channelsFirst, channelsLast } from '../layout';
import { has } from './matching';

/** Activation normalisation: its start from a batch, and later batches. */
export const activationNormalisation: Kind = {
  name: 'activation-norm',
  matches: ({ tensors }) => has(tensors, 'first_x', 'first_y', 'log_scale', 'shift', 'second_x'),
  unable: () => undefined,
  run(golden) {
    const first = channelsLast(golden.tensor('first_x'));
    const norm = actNorm(first.shape.slice(1));
    checkBatch(golden, norm, first, 'first_y', 'first_logdet', channelsFirst);
    golden.check('log_scale', norm.params['logScale']!);
    golden.check('shift', norm.params['shift']!);
    const later = norm.forward(channelsLast(golden.tensor('second_x')));
    golden.check('second_y', channelsFirst(later));
    golden.check('second_inverse', channelsFirst(norm.inverse(channelsLast(golden.tensor('second_y')))));
    norm.dispose();

    if (golden.has('features_x')) {
      const features = golden.tensor('features_x');
      const flat = actNorm(features.shape.slice(1));
      checkBatch(golden, flat, features, 'features_y', 'features_logdet', (y) => y);
      golden.check('features_log_scale', flat.params['logScale']!);
      golden.check('features_shift', flat.params['shift']!);
      flat.dispose();
    }
    if (golden.has('resflow_weight')) {
      // Another start, not offered here; with the official parameters the map is the same one: (x +
      // b)·eʷ = x·eʷ + b·eʷ.
      const other = actNorm(first.shape.slice(1));
      const logScale = golden.tensor('resflow_weight');
      load(other.params, {
        logScale,
        shift: mul(golden.tensor('resflow_bias'), exp(logScale)),
        initialized: ones([1]),
      });
      golden.check('resflow_y', channelsFirst(other.forward(first)));
      golden.check('resflow_logdet', other.forwardAndLogDet(first, createRng(0)).logDet);
      other.dispose();
    }
  },
};

function checkBatch(
  golden: GoldenCase,
  norm: Bijector,
  x: Tensor,
  output: string,
  logDeterminant: string,
  official: (y: Tensor) => Tensor,
): void {
  const { y, logDet } = norm.forwardAndLogDet(x, createRng(0));
  golden.check(output, official(y));
  golden.check(logDeterminant, slice(logDet, 0, 1));
}

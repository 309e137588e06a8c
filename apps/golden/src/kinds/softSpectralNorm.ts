import { reshape, stack, type Tensor } from '@tensorflow/tfjs-core';
import { convBoundAnywhere, gramBound, powerIteration, rescale, singularValue } from '@iresnet/spectral-norm';
import type { Kind } from './kind';
import { CONV_EPSILON, effectiveWeight, hasTaps, operatorOf, type Size } from '../layer';
import { channelsFirst, kernelOf, unflattened, weightOf } from '../layout';
import { listIn } from '../manifest';
import { has, unlessOffered } from './matching';

/** How far above σ a Gram bound of 12 steps may be: rank^(1/2¹⁴), 1.0007 for rank 100 000. */
const GRAM_EXCESS = 1e-3;

/** Rounding of the reference norm, a float64 singular value decomposition. */
const ROUNDING = 1e-12;

/** Soft spectral normalisation of one weight: v first, a fixed number of power iterations. */
export const softSpectralNorm: Kind = {
  name: 'soft-spectral-norm',
  matches: ({ config, tensors }) =>
    has(config, 'coeffs', 'iterations') && has(tensors, 'weight', 'u0', 'v0', 'sigma'),
  unable: unlessOffered,
  run(golden) {
    const { config } = golden;
    const kernel = kernelOf(golden.tensor('weight'));
    const spatial = hasTaps(kernel) ? (listIn(config, 'spatial') as unknown as Size) : undefined;
    const epsilon = hasTaps(kernel) ? CONV_EPSILON : 0;
    const a = operatorOf(kernel, spatial);
    const start = {
      u: unflattened(golden.tensor('u0'), a.outShape),
      v: unflattened(golden.tensor('v0'), a.inShape),
    };
    const sigmas: Tensor[] = [];
    for (const n of listIn(config, 'iterations') as readonly number[]) {
      const { u, v } = n === 0 ? start : powerIteration(a, start.u, { rtol: 0, maxSteps: n });
      const sigma = singularValue(a, u, v);
      sigmas.push(sigma);
      if (n > 0) {
        golden.check(`u_after_${n}`, channelsFirst(u));
        golden.check(`v_after_${n}`, channelsFirst(v));
      }
      for (const name of golden.names(new RegExp(`^weight_normalized_c.+_n${n}$`))) {
        const coefficient = Number(/_c(.+)_n/.exec(name)![1]);
        golden.check(name, weightOf(rescale(kernel, sigma, coefficient, epsilon)), { way: 'rescale' });
        const options = { coefficient, epsilon, normSize: spatial };
        golden.check(name, effectiveWeight({ kernel, u, v }, options), { way: 'layer' });
      }
    }
    golden.check('sigma', stack(sigmas));
    const norm = golden.values('true_singular_values')[0]!;
    if (hasTaps(kernel)) {
      // A certificate for every image size, so how far above the norm at this one is no error.
      const deficit = 1 - convBoundAnywhere(kernel) / norm;
      golden.record('convolution bound not below the true norm', Math.max(0, deficit), ROUNDING);
    } else {
      // A certificate: never below the norm, and hardly above.
      const excess = gramBound(reshape(kernel, kernel.shape.slice(-2))) / norm - 1;
      golden.record(
        'Gram bound over true norm',
        excess >= -ROUNDING ? Math.abs(excess) : Infinity,
        GRAM_EXCESS,
      );
    }
  },
};

import { eye, stack, type Tensor } from '@tensorflow/tfjs-core';
import { createRng, denseOperator } from '@iresnet/core';
import { dense } from '@iresnet/lipschitz';
import { gramBound, powerIteration, rescale, singularValue } from '@iresnet/spectral-norm';
import type { Kind } from '../kinds';
import { exchanged, row } from '../layout';
import { listIn } from '../manifest';
import { load } from '../network';
import { has, unlessDense } from './matching';

/** How far above σ a Gram bound of 12 steps may be: rank^(1/2¹⁴), 1.0007 for rank 100 000. */
const GRAM_EXCESS = 1e-3;

/** Rounding of the reference norm, a float64 singular value decomposition. */
const ROUNDING = 1e-12;

/** Soft spectral normalisation of one weight: v first, a fixed number of power iterations. */
export const softSpectralNorm: Kind = {
  name: 'soft-spectral-norm',
  matches: ({ config, tensors }) =>
    has(config, 'coeffs', 'iterations') && has(tensors, 'weight', 'u0', 'v0', 'sigma'),
  unable: unlessDense,
  run(golden) {
    const kernel = exchanged(golden.tensor('weight'));
    const a = denseOperator(kernel);
    const start = { u: row(golden.tensor('u0')), v: row(golden.tensor('v0')) };
    const sigmas: Tensor[] = [];
    for (const n of listIn(golden.config, 'iterations') as readonly number[]) {
      const { u, v } = n === 0 ? start : powerIteration(a, start.u, { rtol: 0, maxSteps: n });
      const sigma = singularValue(a, u, v);
      sigmas.push(sigma);
      if (n > 0) {
        golden.check(`u_after_${n}`, u);
        golden.check(`v_after_${n}`, v);
      }
      for (const name of golden.names(new RegExp(`^weight_normalized_c.+_n${n}$`))) {
        const coefficient = Number(/_c(.+)_n/.exec(name)![1]);
        golden.check(name, exchanged(rescale(kernel, sigma, coefficient)), { way: 'rescale' });
        const [inputs, outputs] = kernel.shape as [number, number];
        const layer = dense({ inputs, outputs, coefficient, bias: false, rng: createRng(0) });
        load(layer.params, { kernel, u, v });
        golden.check(name, exchanged(layer.apply(eye(inputs))), { way: 'layer' });
        layer.dispose();
      }
    }
    golden.check('sigma', stack(sigmas));
    // A certificate: never below the norm, and hardly above.
    const norm = golden.values('true_singular_values')[0]!;
    const excess = gramBound(kernel) / norm - 1;
    golden.record(
      'Gram bound over true norm',
      excess >= -ROUNDING ? Math.abs(excess) : Infinity,
      GRAM_EXCESS,
    );
  },
};

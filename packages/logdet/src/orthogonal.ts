import { mul, reshape, tidy, transpose } from '@tensorflow/tfjs-core';
import { eventSize } from '@iresnet/core';
import { checkRng, ensure } from '@iresnet/core/internal';
import { orthonormalize } from './krylov';
import { checkSamples, type Probe } from './probes';

/**
 * S orthogonal directions of length √d, each uniform on the sphere: Gaussian vectors,
 * orthonormalised per example.
 *
 * E[u uᵀ] = I, so they are unbiased, as independent probes are. The variance 2(‖A‖²_F − (tr
 * A)²/d)/(S(d + 2)/d) of independent ones, for symmetric A, is multiplied by (d − S)/(d − 1).
 * Nothing is left at S = d, where the trace is exact. They are worth their price from S ≈ d/4 on.
 *
 * @param samples - S, 1 ≤ S ≤ d. It costs some 20 S kernel calls on top of the products.
 * @throws IResNetError when S < 1, and by the probe when S > d.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { orthogonal, powerSeries } from '@iresnet/logdet';
 *
 * const logDet = powerSeries({ truncation: 40, probe: orthogonal(2) });
 * const a = denseOperator(tf.tensor2d([[0.5, 0.1], [0, 0.2]]));
 * logDet(a, [1, 2], createRng(0)).print(); // 0.5878 for every seed, since S = d
 * ```
 *
 * @see Reid et al., Simplex random features (arXiv 2301.13856), for orthogonal blocks; Epperly,
 * Tropp and Webber (arXiv 2301.07825), for probes on the sphere.
 */
export function orthogonal(samples: number): Probe {
  checkSamples('orthogonal', samples);
  return (shape, rng) =>
    tidy(() => {
      checkRng('logdet.orthogonal', rng);
      const [batch, ...event] = shape as readonly [number, ...number[]];
      const d = eventSize(event);
      ensure(
        samples <= d,
        'logdet.orthogonal',
        () => `expected samples ≤ ${d}, the size of an example, got ${samples}`,
      );
      const directions = transpose(orthonormalize(rng.normal([batch, samples, d])), [1, 0, 2]);
      return {
        vectors: mul(Math.sqrt(d), reshape(directions, [samples, ...shape])),
        weight: 1 / samples,
        outOf: d,
      };
    });
}

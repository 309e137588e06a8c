import { div, mul, softplus, tidy, variable, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { diagonalOperator, disposeParams, type LipschitzMap } from '@iresnet/core';
import { applyLayers, type Layer } from './layers';
import { swish } from './activations';

/** What Swish is divided by, so that its slope stays below one. */
const SCALE = 1.1;

const layers: readonly Layer[] = [{ kind: 'elementwise', formula: swish }];
const none = [{ weight: null, bias: null }];

/**
 * LipSwish: σ(x) = x·sigmoid(βx)/1.1 with a trainable β = softplus(b) > 0. Lipschitz constant 0.99986 for every β.
 *
 * @param options - `beta`: the raw start value b, default 0.5 (β = 0.974); `trainable`: default true.
 * @returns A map that owns the scalar `beta`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { lipSwish } from '@iresnet/lipschitz';
 *
 * lipSwish().apply(tf.tensor2d([[-1, 0, 1]])).print();
 * ```
 *
 * @see Chen et al., Residual Flows for Invertible Generative Modeling (arXiv 1906.02735).
 */
export function lipSwish(options: { beta?: number; trainable?: boolean } = {}): LipschitzMap {
  const beta = tidy(() => variable(scalar(options.beta ?? 0.5), options.trainable ?? true));
  const params = { beta };
  // x·sigmoid(βx) = h(βx)/β: β gets its gradient from the two taped ops around h.
  return {
    params,
    dispose: () => disposeParams(params),
    lipschitzBound: () => swish.lipschitz / SCALE,
    apply: (x) =>
      tidy(() => {
        const slope = softplus(beta);
        return unscale(applyLayers(layers, mul(x, slope), none, false).y, slope);
      }),
    linearize(x) {
      const slope = softplus(beta);
      const { y, slopes } = applyLayers(layers, mul(x, slope), none, true);
      return { y: unscale(y, slope), jacobian: diagonalOperator(div(slopes[0]!, SCALE)) };
    },
  };
}

function unscale(h: Tensor, slope: Tensor): Tensor {
  return div(h, mul(SCALE, slope));
}

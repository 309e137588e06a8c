import { div, mul, softplus, tidy, variable, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { diagonalOperator, disposeParams, type LipschitzMap } from '@iresnet/core';
import { applyFormula, valueAndSlope } from './elementwise';
import { swish } from './activations';

/** What Swish is divided by, so that its slope stays below one. */
const SCALE = 1.1;

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
  const beta = variable(scalar(options.beta ?? 0.5), options.trainable ?? true);
  const params = { beta };
  // x·sigmoid(βx) = h(βx)/β: β gets its gradient from the two taped ops around h.
  return {
    params,
    dispose: () => disposeParams(params),
    lipschitzBound: () => swish.lipschitz / SCALE,
    apply: (x) =>
      tidy(() => {
        const slope = softplus(beta);
        return unscale(applyFormula(swish, mul(x, slope)), slope);
      }),
    linearize(x) {
      const slope = softplus(beta);
      const h = valueAndSlope(swish, mul(x, slope));
      return { y: unscale(h.y, slope), jacobian: diagonalOperator(div(h.slope, SCALE)) };
    },
  };
}

function unscale(h: Tensor, slope: Tensor): Tensor {
  return div(h, mul(SCALE, slope));
}

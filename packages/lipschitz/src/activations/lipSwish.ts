import { div, mul, softplus, tidy, variable, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { diagonalOperator, disposeParams, type LipschitzMap } from '@iresnet/core';
import { checkOptions, checkTensor, ensure } from '@iresnet/core/internal';
import { applyLayers, type Layer } from '../layers';
import { swish } from './swish';

/** Options of {@link lipSwish} and of `cLipSwish`. */
export interface LipSwishOptions {
  /** b, the raw start value of β = softplus(b). Default 0.5, so β = 0.974. */
  readonly beta?: number;
  /** Whether β learns. Default true. */
  readonly trainable?: boolean;
}

/** Swish is divided by this, so that its slope stays below one. */
const SCALE = 1.1;

const layers: readonly Layer[] = [{ kind: 'elementwise', formula: swish }];
const none = [{ weight: null, bias: null }];

/**
 * LipSwish: σ(x) = x·sigmoid(βx)/1.1 with β = softplus(b) > 0. Its Lipschitz constant is 0.99986
 * for every β.
 *
 * @param options - The start value of b, and whether it learns.
 * @returns A map that owns the scalar `beta`, which holds b.
 * @throws IResNetError for an unknown option, or when b is not finite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { lipSwish } from '@iresnet/lipschitz';
 *
 * lipSwish().apply(tf.tensor2d([[-1, 0, 1]])).print();
 * ```
 *
 * @see Chen et al., Residual Flows for Invertible Generative Modeling (arXiv 1906.02735).
 */
export function lipSwish(options: LipSwishOptions = {}): LipschitzMap {
  checkLipSwish('lipschitz.lipSwish', options);
  const beta = tidy(() => variable(scalar(options.beta ?? 0.5), options.trainable ?? true));
  const params = { beta };
  const scaled = (x: Tensor, slope: Tensor): Tensor => {
    checkTensor('lipschitz.lipSwish', 'x', x);
    return mul(x, slope);
  };
  // x·sigmoid(βx) = h(βx)/β: β gets its gradient from the two taped ops around h.
  return {
    params,
    dispose: () => disposeParams(params),
    lipschitzBound: () => swish.lipschitz / SCALE,
    apply: (x) =>
      tidy(() => {
        const slope = softplus(beta);
        return unscale(applyLayers(layers, scaled(x, slope), none, false).y, slope);
      }),
    linearize(x) {
      const slope = softplus(beta);
      const { y, slopes } = applyLayers(layers, scaled(x, slope), none, true);
      return { y: unscale(y, slope), jacobian: diagonalOperator(div(slopes[0]!, SCALE)) };
    },
  };
}

/** Refuse unknown options, and a b that is not a number. */
export function checkLipSwish(where: string, options: LipSwishOptions): void {
  checkOptions(where, options, { beta: true, trainable: true });
  const { beta = 0.5 } = options;
  ensure(Number.isFinite(beta), where, () => `expected a finite beta, got ${beta}`);
}

function unscale(h: Tensor, slope: Tensor): Tensor {
  return div(h, mul(SCALE, slope));
}

import { div, mul, tidy, variable, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { diagonalOperator, disposeParams, type LipschitzMap } from '@iresnet/core';
import {
  checkOptions,
  checkTensor,
  ensure,
  lengthsAbove,
  readProven,
  unitRoundoff,
} from '@iresnet/core/internal';
import { elementwiseRounding, sum2, withRounding } from '../rounding';
import type { Layer } from '../layer';
import { applyLayers } from '../layers';
import { exactPositive, positiveOf } from '../positiveOf';
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
 * LipSwish: σ(x) = x·sigmoid(βx)/1.1 with β = softplus(b), held between 2⁻³⁰ and 2³⁰. Its
 * Lipschitz constant is 0.99986 for every β.
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
    lipschitzBound: () =>
      Number.isFinite(readProven('lipschitz.lipSwish', beta)[0]!) ? swish.lipschitz / SCALE : Infinity,
    apply: (x) =>
      tidy(() => {
        const slope = positiveOf(beta);
        return unscale(applyLayers(layers, scaled(x, slope), none, false).y, slope);
      }),
    applyWithRounding: withRounding((x) => {
      const slope = positiveOf(beta);
      const t = scaled(x, slope);
      const { y: h, rounding } = elementwiseRounding(swish, t, swish.exact);
      const y = unscale(h, slope);
      const [b, used] = [beta.dataSync()[0]!, slope.dataSync()[0]!];
      const exact = exactPositive(b);
      const off = Math.abs(used - exact) / exact;
      // h of a rounded βx, over a rounded 1.1β.
      const u = unitRoundoff();
      const argument = mul(swish.lipschitz * (u + off), lengthsAbove(t));
      const inside = div(sum2(rounding, argument), SCALE * exact * (1 - 2 ** -10));
      return { y, rounding: sum2(inside, mul(4 * u + 1.01 * off, lengthsAbove(y))) };
    }),
    onHost(kit) {
      const slope = exactPositive(beta.dataSync()[0]!);
      return kit.elementwise(
        (x) => swish.exact(slope * x) / (SCALE * slope),
        (swish.smoothness * slope) / SCALE,
        swish.lipschitz / SCALE,
      );
    },
    linearize(x) {
      const slope = positiveOf(beta);
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

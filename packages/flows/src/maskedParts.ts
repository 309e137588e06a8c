import {
  add,
  exp,
  mul,
  neg,
  slice,
  square,
  sub,
  sum,
  tidy,
  variable,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { disposeParams, type Bijector, type Conditional } from '@iresnet/core';
import { readProven, scaleFlaws, sizeFlaws } from '@iresnet/core/internal';
import type { BaseDistribution } from './bases/base';

const LOG_2PI = Math.log(2 * Math.PI);

/** The mask at the end of a context. */
function maskOf(context: Tensor, d: number): Tensor {
  return slice(context, [0, context.shape[1]! - d], [-1, d]);
}

/**
 * y = x ⊙ e^(m ⊙ s) + m ⊙ t: a trained scale and shift of each value in a mask m, the last part of
 * the context. The others stay. log|det| = Σ m s.
 *
 * @param d - Values of an example.
 * @returns At a context `[B, ≥ d]` or `[1, ≥ d]` a bijector `[B, d] → [B, d]`. `params`: `logScale`
 * s and `shift` t, `[d]`, 0 at the start. A use costs a few operations for each value.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskedAffine } from '@iresnet/flows';
 *
 * const scale = maskedAffine(2);
 * scale.params['shift']!.assign(tf.tensor1d([5, 5]));
 * scale.at(tf.tensor2d([[1, 0]])).forward(tf.ones([1, 2])).print(); // [[6, 1]]
 * ```
 */
export function maskedAffine(d: number): Conditional<Bijector> {
  const params = tidy(() => ({ logScale: variable(zeros([d])), shift: variable(zeros([d])) }));
  const shared = {
    params,
    dispose: () => disposeParams(params),
    flaws: () => [
      ...scaleFlaws('logScale', readProven('flows.maskedAffine', params.logScale).map(Math.exp)),
      ...sizeFlaws({ shift: params.shift }),
    ],
  };
  return {
    ...shared,
    at(context) {
      const log = (): Tensor => mul(maskOf(context, d), params.logScale);
      const shift = (): Tensor => mul(maskOf(context, d), params.shift);
      const forward = (x: Tensor): Tensor => add(mul(x, exp(log())), shift());
      return {
        ...shared,
        forward: (x) => tidy(() => forward(x)),
        inverse: (y) => tidy(() => mul(sub(y, shift()), exp(neg(log())))),
        forwardAndLogDet: (x) => tidy(() => ({ y: forward(x), logDet: sum(add(mul(0, x), log()), 1) })),
      };
    },
  };
}

/**
 * ln p(z) = Σ m ln N(z; 0, 1) over a mask m. A context is `[…, o ⊙ x, o, m]`: the values o that are
 * known are drawn as they are, those of the mask from the normal, others as 0.
 *
 * @param d - Values of an example.
 * @returns At a context `[B, ≥ 2d]` or `[1, ≥ 2d]` a distribution of `[d]`, without parameters:
 * `logProb` is `[B, d] → [B]`, nats, and `sample` gives `[n, d]`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskedNormal } from '@iresnet/flows';
 *
 * const context = tf.tensor2d([[0, 7, 0, 1, 1, 0]]); // 7 is known, the first value is asked for
 * maskedNormal(2).at(context).logProb(tf.zeros([1, 2])).print(); // −½ ln 2π
 * ```
 */
export function maskedNormal(d: number): Conditional<BaseDistribution> {
  const shared = { params: {}, dispose: () => undefined };
  return {
    ...shared,
    at: (context) => ({
      ...shared,
      shape: [d],
      logProb: (z) => tidy(() => mul(-0.5, sum(mul(maskOf(context, d), add(square(z), LOG_2PI)), 1))),
      sample: (n, rng, temperature = 1) =>
        tidy(() => {
          const known = slice(context, [0, 0], [-1, d]);
          return add(known, mul(maskOf(context, d), mul(temperature, rng.normal([n, d]))));
        }),
    }),
  };
}

import {
  add,
  exp,
  expandDims,
  gather,
  logSoftmax,
  logSumExp,
  matMul,
  mul,
  neg,
  reshape,
  slice,
  square,
  sub,
  sum,
  tensor1d,
  tidy,
  tile,
  variable,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { createRng, disposeParams, type Conditional } from '@iresnet/core';
import { checkOptions, ensure, readProven, scaleFlaws, sizeFlaws } from '@iresnet/core/internal';
import { maskOf } from '../maskedParts';
import { chosen } from './chosen';
import type { BaseDistribution } from './base';
import { LN_2PI } from './ln2Pi';

/** Options of {@link maskedMixture}. */
export interface MaskedMixtureOptions {
  /** k, how many components. Default 8. */
  readonly components?: number;
  /** The deviation of their means at the start. Default 1. */
  readonly spread?: number;
  /** Draws their means. Default 0. */
  readonly seed?: number;
}

/**
 * ln p(z) = ln Σⱼ πⱼ(c) Πᵢ N(zᵢ; μⱼᵢ(c), σⱼᵢ²) over the values i in a mask: `maskedNormal` for data
 * in clusters. Where the clusters lie, and how frequent they are, is affine in the context c.
 *
 * A context is `[o ⊙ x, o, 1 − m]`, as `maskContext` of `@iresnet/model` makes it: the values o
 * that are known are drawn as they are, those of the mask m from the mixture, others as 0.
 *
 * @param d - Values of an example.
 * @param options - How many components, and where they start; all have σ 1 there.
 * @returns At a context `[B, 3d]` or `[1, 3d]` a distribution of `[d]`; `logProb` is in nats, and
 * `sample` gives `[n, d]`. `params`: `weights` `[k]`, `mean` and `logStd` `[k, d]`,
 * and `weightsContext` `[3d, k]` and `meanContext` `[3d, k d]`, which are 0 at the start.
 * @throws IResNetError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskedMixture } from '@iresnet/flows';
 *
 * const base = maskedMixture(2, { components: 2, spread: 0 });
 * const context = tf.tensor2d([[0, 7, 0, 1, 0, 1]]); // 7 is known, the first value is asked for
 * base.at(context).logProb(tf.zeros([1, 2])).print(); // −½ ln 2π
 * ```
 */
export function maskedMixture(d: number, options: MaskedMixtureOptions = {}): Conditional<BaseDistribution> {
  const where = 'flows.maskedMixture';
  checkOptions(where, options, { components: true, spread: true, seed: true });
  const { components: k = 8, spread = 1, seed = 0 } = options;
  ensure(
    Number.isInteger(k) && k >= 1 && spread >= 0,
    where,
    () => `expected components ≥ 1 and a spread ≥ 0, got ${k} and ${spread}`,
  );
  const params = tidy(() => ({
    weights: variable(zeros([k])),
    mean: variable(mul(spread, createRng(seed).normal([k, d]))),
    logStd: variable(zeros([k, d])),
    weightsContext: variable(zeros([3 * d, k]) as Tensor2D),
    meanContext: variable(zeros([3 * d, k * d]) as Tensor2D),
  }));
  const shared = {
    params,
    dispose: () => disposeParams(params),
    flaws: () => [
      ...scaleFlaws('logStd', readProven(where, params.logStd).map(Math.exp)),
      ...sizeFlaws({ weightsContext: params.weightsContext, meanContext: params.meanContext }),
    ],
  };
  return {
    ...shared,
    at(context) {
      const mask = (): Tensor => maskOf(context, d);
      /** ln πⱼ, `[B or 1, k]`, and μⱼ, `[B or 1, k, d]`. */
      const logWeights = (): Tensor =>
        logSoftmax(add(params.weights, matMul(context as Tensor2D, params.weightsContext)));
      const means = (): Tensor =>
        add(params.mean, reshape(matMul(context as Tensor2D, params.meanContext), [-1, k, d]));
      return {
        ...shared,
        shape: [d],
        logProb: (z) =>
          tidy(() => {
            const u = mul(sub(expandDims(z, 1), means()), exp(neg(params.logStd)));
            const each = sub(mul(-0.5, add(square(u), LN_2PI)), params.logStd);
            return logSumExp(add(sum(mul(expandDims(mask(), 1), each), 2), logWeights()), 1);
          }),
        sample: (n, rng, temperature = 1) =>
          tidy(() => {
            const which = chosen(exp(logWeights()), n, rng.split('component'));
            // Of one context all draws have the same components.
            const [rows] = context.shape as [number, number];
            const of = tensor1d(
              Int32Array.from(which, (j, i) => (rows === 1 ? j : i * k + j)),
              'int32',
            );
            const mean = gather(reshape(means(), [-1, d]), of);
            const std = exp(gather(params.logStd, tensor1d(which, 'int32')));
            const drawn = add(mean, mul(mul(temperature, std), rng.normal([n, d])));
            const known = slice(context, [0, 0], [-1, d]);
            return add(rows === 1 ? tile(known, [n, 1]) : known, mul(mask(), drawn));
          }),
      };
    },
  };
}

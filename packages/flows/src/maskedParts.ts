import {
  add,
  exp,
  matMul,
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
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { disposeParams, type Bijector, type Conditional } from '@iresnet/core';
import { readProven, scaled, scaleFlaws, sizeFlaws, unitRoundoff } from '@iresnet/core/internal';
import type { BaseDistribution } from './bases/base';
import { scaleError } from './deviceExp';
import { carried, closedFormReport, sizesOf } from './report';
import { LN_2PI } from './bases/ln2Pi';

/** m, of which 1 − m is at the end of a context. */
export function maskOf(context: Tensor, d: number): Tensor {
  return tidy(() => sub(1, slice(context, [0, context.shape[1]! - d], [-1, d])));
}

/**
 * y = x ⊙ e^(m ⊙ s(c)) + m ⊙ t(c): a trained scale and shift of each value in a mask m. The others
 * stay. log|det| = Σ m s(c).
 *
 * A context is `[o ⊙ x, o, 1 − m]`, as `maskContext` of `@iresnet/model` makes it: 0 where all
 * values are in the mask. The shift is affine in all of it, the scale in the masks alone: so its
 * range is known, whatever the values are.
 *
 * @param d - Values of an example.
 * @returns At a context `[B, 3d]` or `[1, 3d]` a bijector `[B, d] → [B, d]`. `params`: `logScale`
 * and `shift`, `[d]`, `scaleContext` `[2d, d]` and `shiftContext` `[3d, d]`, all 0 at the start. A
 * use costs two small products.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskedAffine } from '@iresnet/flows';
 *
 * const scale = maskedAffine(2);
 * scale.params['shift']!.assign(tf.tensor1d([5, 5]));
 * const first = tf.tensor2d([[0, 0, 0, 0, 0, 1]]); // the first value is asked for, nothing is known
 * scale.at(first).forward(tf.ones([1, 2])).print(); // [[6, 1]]
 * ```
 */
export function maskedAffine(d: number): Conditional<Bijector> {
  const where = 'flows.maskedAffine';
  const params = tidy(() => ({
    logScale: variable(zeros([d])),
    shift: variable(zeros([d])),
    scaleContext: variable(zeros([2 * d, d]) as Tensor2D),
    shiftContext: variable(zeros([3 * d, d]) as Tensor2D),
  }));
  /** The least and the largest ln of a scale that any mask gives; outside of masks it is 0. */
  const range = (): [number, number] => {
    const own = readProven(where, params.logScale);
    const more = readProven(where, params.scaleContext);
    let [least, largest] = [0, 0];
    for (let j = 0; j < d; j++) {
      let [low, high] = [own[j]!, own[j]!];
      for (let k = j; k < more.length; k += d) {
        if (more[k]! < 0) low += more[k]!;
        else high += more[k]!;
      }
      [least, largest] = [Math.min(least, low), Math.max(largest, high)];
    }
    return [least, largest];
  };
  const shared = {
    params,
    dispose: () => disposeParams(params),
    flaws: () => [
      ...scaleFlaws('logScale', range().map(Math.exp)),
      ...sizeFlaws({ shift: params.shift, shiftContext: params.shiftContext }),
    ],
  };
  return {
    ...shared,
    at(context) {
      const masks = (): Tensor2D => slice(context as Tensor2D, [0, d], [-1, -1]);
      const log = (): Tensor =>
        mul(maskOf(context, d), add(params.logScale, matMul(masks(), params.scaleContext)));
      const shift = (): Tensor =>
        mul(maskOf(context, d), add(params.shift, matMul(context as Tensor2D, params.shiftContext)));
      const forward = (x: Tensor): Tensor => add(mul(x, exp(log())), shift());
      const inverse = (y: Tensor): Tensor => tidy(() => mul(sub(y, shift()), exp(neg(log()))));
      return {
        ...shared,
        forward: (x) => tidy(() => forward(x)),
        inverse,
        forwardAndLogDet: (x) =>
          tidy(() => {
            const s = log();
            return { y: add(mul(x, exp(s)), shift()), logDet: sum(add(mul(0, x), s), 1) };
          }),
        // Of the joint density: that of one context.
        carryScale: (scale) => tidy(() => scaled(scale, slice(log(), [0, 0], [1, -1]))),
        inverseWithReport(y, yError) {
          const value = inverse(y);
          const ends = range();
          const relative = 1.01 * (2 * unitRoundoff() + scaleError(ends));
          const rounding = sizesOf(value).map((size) => size * relative);
          return closedFormReport(value, yError, Math.exp(-ends[0]), rounding);
        },
        forwardWithReport(x, xError) {
          const { product, value } = tidy(() => {
            const grown = mul(x, exp(log()));
            return { product: grown, value: add(grown, shift()) };
          });
          const [products, sums] = [sizesOf(product), sizesOf(value)];
          product.dispose();
          const ends = range();
          const [u, relative] = [unitRoundoff(), scaleError(ends)];
          const own = sums.map((size, i) => 1.01 * ((u + relative) * products[i]! + u * size));
          return {
            value,
            errorBound: own.map((error, i) => carried(error, Math.exp(ends[1]), xError?.[i])),
            boundKind: 'proven',
          };
        },
      };
    },
  };
}

/**
 * ln p(z) = Σ m ln N(z; 0, 1) over a mask m. A context is `[o ⊙ x, o, 1 − m]`: the values o that
 * are known are drawn as they are, those of the mask from the normal, others as 0.
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
 * const context = tf.tensor2d([[0, 7, 0, 1, 0, 1]]); // 7 is known, the first value is asked for
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
      logProb: (z) => tidy(() => mul(-0.5, sum(mul(maskOf(context, d), add(square(z), LN_2PI)), 1))),
      sample: (n, rng, temperature = 1) =>
        tidy(() => {
          const known = slice(context, [0, 0], [-1, d]);
          return add(known, mul(maskOf(context, d), mul(temperature, rng.normal([n, d]))));
        }),
    }),
  };
}

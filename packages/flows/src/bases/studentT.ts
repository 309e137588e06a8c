import {
  add,
  div,
  exp,
  log1p,
  mul,
  sqrt,
  square,
  sub,
  sum,
  tidy,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { disposeParams, eventSize, squaredNorm, type Shape } from '@iresnet/core';
import { checkOptions, ensure, lastAxes, readProven, scaleFlaws } from '@iresnet/core/internal';
import { checkEventShape } from '../checkEventShape';
import type { BaseDistribution } from './base';

/** Options of {@link studentT}. */
export interface StudentTOptions {
  /** ν, the degrees of freedom: a whole number. The fewer, the heavier the tails. Default 5. */
  readonly freedom?: number;
}

/**
 * Student's t for each value, with trainable μ and ln σ: heavy tails for data that a normal base
 * would put hundreds of nats away.
 *
 * ln p(z) = Σ ln Γ((ν + 1)/2) − ln Γ(ν/2) − ½ ln(νπ) − ln σ − ½ (ν + 1) ln(1 + u²/ν) with
 * u = (z − μ)/σ. A contraction keeps the tails of its base: with L < 1 a flow on a normal base has
 * tails no heavier than a wider normal's.
 *
 * @param shape - Event shape.
 * @param options - The degrees of freedom.
 * @returns The distribution. `params`: `mean` and `logScale` of that shape, 0 at the start. A draw
 * is μ + T σ ε/√(χ²/ν): it costs ν + 1 normal draws for each value.
 * @throws IResNetError for an unknown option, or when ν is not a whole number ≥ 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { studentT } from '@iresnet/flows';
 *
 * studentT([1], { freedom: 1 }).logProb(tf.tensor2d([[0]])).print(); // Cauchy: −ln π = −1.145
 * ```
 *
 * @see Jaini et al., Tails of Lipschitz Triangular Flows (arXiv 1907.04481).
 */
export function studentT(shape: Shape, options: StudentTOptions = {}): BaseDistribution {
  const where = 'flows.studentT';
  checkEventShape(where, shape);
  checkOptions(where, options, { freedom: true });
  const { freedom = 5 } = options;
  ensure(
    Number.isInteger(freedom) && freedom >= 1,
    where,
    () => `expected freedom as a whole number ≥ 1, got ${freedom}`,
  );
  const params = tidy(() => ({ mean: variable(zeros([...shape])), logScale: variable(zeros([...shape])) }));
  const constant = eventSize(shape) * (logGammaStep(freedom) - 0.5 * Math.log(freedom * Math.PI));
  return {
    shape,
    params,
    dispose: () => disposeParams(params),
    flaws: () => scaleFlaws('logScale', readProven('flows.base', params.logScale).map(Math.exp)),
    logProb: (z) =>
      tidy(() => {
        const u = div(sub(z, params.mean), exp(params.logScale));
        const tails = sum(log1p(div(square(u), freedom)), lastAxes(z.rank, shape.length));
        return sub(add(mul(-0.5 * (freedom + 1), tails), constant), sum(params.logScale));
      }),
    sample: (n, rng, temperature = 1) =>
      tidy(() => {
        // From streams of their own: more draws begin with those of fewer.
        const normal = rng.split('normal').normal([n, ...shape]);
        // χ² of ν degrees: squares of ν normals, summed over a last axis.
        const chiSquared = squaredNorm(rng.split('chi').normal([n, ...shape, freedom]), 1);
        const t = div(normal, sqrt(div(chiSquared, freedom)));
        return add(params.mean, mul(mul(temperature, exp(params.logScale)), t));
      }),
  };
}

/** ln Γ((ν + 1)/2) − ln Γ(ν/2) for a whole ν: Γ(½) = √π, Γ(1) = 1, and Γ(x + 1) = x Γ(x). */
function logGammaStep(freedom: number): number {
  const logGammaOfHalf = (n: number): number => {
    let total = n % 2 === 1 ? 0.5 * Math.log(Math.PI) : 0;
    for (let x = n % 2 === 1 ? 0.5 : 1; x < n / 2; x++) total += Math.log(x);
    return total;
  };
  return logGammaOfHalf(freedom + 1) - logGammaOfHalf(freedom);
}

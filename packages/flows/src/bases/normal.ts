import {
  add,
  div,
  exp,
  mul,
  neg,
  reshape,
  sub,
  sum,
  tidy,
  variable,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { customOp, disposeParams, eventSize, squaredNorm, type Shape } from '@iresnet/core';
import { readProven, scaleFlaws } from '@iresnet/core/internal';
import { checkEventShape } from '../checkEventShape';
import type { BaseDistribution } from './base';
import { LN_2PI } from './ln2Pi';

/**
 * N(0, I): ln p(z) = −½‖z‖² − (d/2) ln 2π.
 *
 * @param shape - Event shape.
 * @returns The distribution, without parameters.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { standardNormal } from '@iresnet/flows';
 *
 * standardNormal([2]).logProb(tf.tensor2d([[0, 0]])).print(); // −ln 2π = −1.838
 * ```
 */
export function standardNormal(shape: Shape): BaseDistribution {
  checkEventShape('flows.standardNormal', shape);
  const constant = -0.5 * eventSize(shape) * LN_2PI;
  return {
    shape,
    params: {},
    dispose: () => undefined,
    logProb: (z) => tidy(() => standardLogProb(z, constant)),
    sample: (n, rng, temperature = 1) => tidy(() => mul(temperature, rng.normal([n, ...shape]))),
  };
}

/** −½‖z‖² + constant as one op, with the gradient −z. */
function standardLogProb(z: Tensor, constant: number): Tensor {
  const [value] = customOp(
    { z },
    () => ({ outputs: [add(mul(-0.5, squaredNorm(z)), constant)], saved: [z] }),
    ([dy], [at]) => ({ z: mul(at!, reshape(neg(dy!), [-1, ...at!.shape.slice(1).map(() => 1)])) }),
  );
  return value!;
}

/**
 * N(μ, diag σ²) with trainable μ and ln σ: ln p(z) = −½‖(z − μ)/σ‖² − Σ ln σ − (d/2) ln 2π.
 *
 * @param shape - Event shape.
 * @returns The distribution. `params`: `mean` and `logStd` of that shape, 0 at the start.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { diagonalNormal } from '@iresnet/flows';
 *
 * const base = diagonalNormal([1]);
 * base.params['mean']!.assign(tf.tensor1d([3]));
 * base.logProb(tf.tensor2d([[3]])).print(); // −½ ln 2π = −0.919
 * ```
 */
export function diagonalNormal(shape: Shape): BaseDistribution {
  checkEventShape('flows.diagonalNormal', shape);
  const params = tidy(() => ({ mean: variable(zeros([...shape])), logStd: variable(zeros([...shape])) }));
  const constant = -0.5 * eventSize(shape) * LN_2PI;
  return {
    shape,
    params,
    dispose: () => disposeParams(params),
    flaws: () => scaleFlaws('logStd', readProven('flows.base', params.logStd).map(Math.exp)),
    logProb: (z) =>
      tidy(() => {
        const standard = div(sub(z, params.mean), exp(params.logStd));
        return sub(add(mul(-0.5, squaredNorm(standard)), constant), sum(params.logStd));
      }),
    sample: (n, rng, temperature = 1) =>
      tidy(() => add(params.mean, mul(mul(temperature, exp(params.logStd)), rng.normal([n, ...shape])))),
  };
}

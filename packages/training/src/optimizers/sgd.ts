import { add, mul, sub, tidy, zeros, type Rank, type Tensor1D } from '@tensorflow/tfjs-core';
import { ensure } from '@iresnet/core/internal';
import { checkFraction, checkNonNegative, decay, type Optimizer } from './optimizer';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** μ; 0 is plain gradient descent, with no state. */
  readonly momentum?: number;
  /** Look ahead along the momentum: the step is g + μm instead of m. */
  readonly nesterov?: boolean;
  /** λ, decoupled: w ← (1 − ηλ)w − …; 0. */
  readonly weightDecay?: number;
}

/**
 * Gradient descent with momentum: m ← μm + g, w ← (1 − ηλ)w − ηm; with `nesterov`, − η(g + μm).
 *
 * Two kernel calls a step without momentum, four with, on `[P]`.
 *
 * @throws IResNetError when μ is not in [0, 1), λ is negative, or `nesterov` is asked for without momentum.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { sgd } from '@iresnet/training';
 *
 * const optimizer = sgd({ momentum: 0.9 });
 * const { params } = optimizer.update(tf.tensor1d([2, -5]), optimizer.init(2), tf.tensor1d([1, 1]), 0.1);
 * params.print(); // [0.8, 1.5]
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const where = 'training.sgd';
  const { momentum, nesterov, weightDecay } = { momentum: 0, nesterov: false, weightDecay: 0, ...options };
  checkFraction(where, 'momentum', momentum);
  checkNonNegative(where, 'weightDecay', weightDecay);
  ensure(!nesterov || momentum > 0, where, () => `expected momentum > 0 with nesterov, got ${momentum}`);
  return {
    name: 'sgd',
    init: (size) => ({ step: 0, tensors: momentum === 0 ? {} : { m: zeros<Rank.R1>([size]) } }),
    update: (gradient, state, params, learningRate) =>
      tidy(() => {
        const m: Tensor1D | undefined =
          momentum === 0 ? undefined : add<Tensor1D>(mul(state.tensors.m!, momentum), gradient);
        const direction = m === undefined ? gradient : nesterov ? add(gradient, mul(m, momentum)) : m;
        return {
          params: sub<Tensor1D>(decay(params, learningRate, weightDecay), mul(direction, learningRate)),
          state: { step: state.step + 1, tensors: m === undefined ? {} : { m } },
        };
      }),
  };
}

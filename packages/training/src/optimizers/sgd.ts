import { add, mul, sub, tidy, zeros, type Rank, type Tensor1D } from '@tensorflow/tfjs-core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { checkFraction, checkNonNegative, decay, type Optimizer } from './optimizer';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** μ. Default 0, which is plain gradient descent, without state. */
  readonly momentum?: number;
  /** Look ahead along the momentum: the step is g + μm instead of m. Default false. */
  readonly nesterov?: boolean;
  /** λ, decoupled weight decay: w ← (1 − ηλ)w − …. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Gradient descent with momentum: m ← μm + g, w ← (1 − ηλ)w − ηm; with `nesterov`, − η(g + μm).
 *
 * A step costs two kernel calls without momentum and four with it. The state holds m, `[P]`.
 *
 * @throws IResNetError for an unknown option, μ outside [0, 1), a negative λ, or `nesterov` without
 * momentum.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { sgd } from '@iresnet/training';
 *
 * const optimizer = sgd({ momentum: 0.9 });
 * const [gradient, weights] = [tf.tensor1d([2, -5]), tf.tensor1d([1, 1])];
 * const { params } = optimizer.update(gradient, optimizer.init(2), weights, 0.1);
 * params.print(); // [0.8, 1.5]
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const where = 'training.sgd';
  checkOptions(where, options, { momentum: true, nesterov: true, weightDecay: true });
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

import {
  abs,
  add,
  div,
  maximum,
  mul,
  sub,
  tidy,
  zeros,
  type Rank,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { adamSettings, type AdamOptions } from './adam';
import { decay, type Optimizer } from './optimizer';

/**
 * Adamax: w ← (1 − ηλ)w − η m̂/(u + ε), with m̂ the bias-corrected mean of g and u = max(β₂u, |g|)
 * (arXiv:1412.6980 §7.1).
 *
 * The state holds the plain sum m = Σ β₁^(t−k) gₖ, and u, each `[P]`. A step costs nine kernel
 * calls.
 *
 * @throws IResNetError for an unknown option, a β outside [0, 1), or a negative ε or λ.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { adamax } from '@iresnet/training';
 *
 * const optimizer = adamax();
 * const [gradient, weights] = [tf.tensor1d([2, -5]), tf.tensor1d([1, 1])];
 * const { params } = optimizer.update(gradient, optimizer.init(2), weights, 0.1);
 * params.print(); // [0.9, 1.1]
 * ```
 */
export function adamax(options: AdamOptions = {}): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = adamSettings('training.adamax', options);
  return {
    name: 'adamax',
    init: (size) => ({
      step: 0,
      tensors: { m: zeros<Rank.R1>([size]), u: zeros<Rank.R1>([size]) },
    }),
    update: (gradient, state, params, learningRate) =>
      tidy(() => {
        const step = state.step + 1;
        const m: Tensor1D = add(mul(state.tensors.m!, beta1), gradient);
        const u: Tensor1D = maximum(mul(state.tensors.u!, beta2), abs(gradient));
        const rate = (learningRate * (1 - beta1)) / (1 - beta1 ** step);
        const move = div(mul(m, rate), add(u, epsilon));
        return {
          params: sub<Tensor1D>(decay(params, learningRate, weightDecay), move),
          state: { step, tensors: { m, u } },
        };
      }),
  };
}

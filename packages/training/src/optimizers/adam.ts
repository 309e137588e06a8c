import {
  add,
  div,
  mul,
  sqrt,
  square,
  sub,
  tidy,
  zeros,
  type Rank,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { checkOptions } from '@iresnet/core/internal';
import { checkFraction, checkNonNegative, decay, type Optimizer } from './optimizer';

/** Options of {@link adam} and `adamax`. */
export interface AdamOptions {
  /** β₁, decay of the mean of the gradient. Default 0.9. */
  readonly beta1?: number;
  /** β₂, decay of its second moment (Adam) or of its largest size (Adamax). Default 0.999. */
  readonly beta2?: number;
  /** ε, added to the denominator. Default 1e-8. */
  readonly epsilon?: number;
  /** λ, decoupled weight decay: w ← (1 − ηλ)w − …. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Adam: w ← (1 − ηλ)w − η m̂/(√v̂ + ε), with m̂ and v̂ the bias-corrected means of g and g²
 * (arXiv:1412.6980; with λ, AdamW, arXiv:1711.05101).
 *
 * The state holds the plain sums m = Σ β₁^(t−k) gₖ and v = Σ β₂^(t−k) gₖ², each `[P]`. The factors
 * 1 − β and the bias corrections are numbers on the host, so a step costs ten kernel calls.
 *
 * @throws IResNetError for an unknown option, a β outside [0, 1), or a negative ε or λ.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { adam } from '@iresnet/training';
 *
 * const optimizer = adam();
 * const [gradient, weights] = [tf.tensor1d([2, -5]), tf.tensor1d([1, 1])];
 * const { params } = optimizer.update(gradient, optimizer.init(2), weights, 0.1);
 * params.print(); // the first step has the length of the learning rate: [0.9, 1.1]
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = adamSettings('training.adam', options);
  return {
    name: 'adam',
    init: (size) => ({
      step: 0,
      tensors: { m: zeros<Rank.R1>([size]), v: zeros<Rank.R1>([size]) },
    }),
    update: (gradient, state, params, learningRate) =>
      tidy(() => {
        const step = state.step + 1;
        const m: Tensor1D = add(mul(state.tensors.m!, beta1), gradient);
        const v: Tensor1D = add(mul(state.tensors.v!, beta2), square(gradient));
        // m̂ = a·m and √v̂ = b·√v, so that η m̂/(√v̂ + ε) = (η a/b) m/(√v + ε/b).
        const a = (1 - beta1) / (1 - beta1 ** step);
        const b = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
        const move = div(mul(m, (learningRate * a) / b), add(sqrt(v), epsilon / b));
        return {
          params: sub<Tensor1D>(decay(params, learningRate, weightDecay), move),
          state: { step, tensors: { m, v } },
        };
      }),
  };
}

/** Check the options and fill in the defaults. */
export function adamSettings(where: string, options: AdamOptions): Required<AdamOptions> {
  checkOptions(where, options, { beta1: true, beta2: true, epsilon: true, weightDecay: true });
  const settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
  checkFraction(where, 'beta1', settings.beta1);
  checkFraction(where, 'beta2', settings.beta2);
  checkNonNegative(where, 'epsilon', settings.epsilon);
  checkNonNegative(where, 'weightDecay', settings.weightDecay);
  return settings;
}

import type { Tensor, TensorContainer } from '@tensorflow/tfjs-core';
import type { Module, Params, Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { Batches } from './batches';
import type { BestLoss, Callback, StopReason } from './callbacks';
import type { Optimizer } from './optimizers/optimizer';
import type { Schedule } from './schedules';
import type { FitState } from './state';

/** When and how {@link fit} validates. */
export interface Validation {
  /** Steps between two validations. */
  readonly every: number;
  /** The loss to compare by, lower is better. Not taped. */
  loss(): number | Promise<number>;
}

/** The part of a module that {@link fit} uses. */
export type TrainedModule = Pick<Module, 'params' | 'refresh' | 'enforceBounds'>;

/** What {@link fit} trains, on what, and when it ends. */
export interface FitOptions<B extends TensorContainer = TensorContainer> {
  /**
   * What to train: anything with `params`, such as a flow or a model. `fit` calls its `refresh`, if
   * it has one, before the first step, after each step and at the end. Give either `module` or
   * `params`.
   */
  readonly module?: TrainedModule;
  /**
   * What to train, as variables by dotted name. Those with `trainable` false are state: they are
   * saved, restored and set back with the others.
   */
  readonly params?: Params;
  /**
   * Whether weights that leave the training are within their proven bounds: `enforceBounds` of
   * `module` is called on the weights of each validation, which are also those that are kept as the
   * best, and on the final ones. The weights that are trained stay as they are. Default false.
   */
  readonly enforceBounds?: boolean;
  /**
   * ℓ, a scalar: the mean over the batch, say in nats per example. Taped, synchronous; what it allocates is freed.
   * `rng` is a stream of its micro-batch.
   */
  readonly loss: (batch: B, rng: Rng, step: number) => Tensor;
  /** Where the batches come from. */
  readonly batches: Batches<B>;
  /**
   * K, micro-batches per optimizer step; 1 by default. Step s takes the micro-batches K·s + k, 0 ≤ k < K: `batches(K·s + k, rng)`,
   * or the next K of an iterable, and its loss and gradient are their means. Each has its own stream of `rng`; `loss` is told s.
   * An iterable that ends within a step ends the run before that step.
   */
  readonly accumulate?: number;
  /** Optimizer steps in all, those before a resume included. */
  readonly steps: number;
  /** `adam()`, `adamax()`, `sgd()`. */
  readonly optimizer: Optimizer;
  /** The learning rate of each step. */
  readonly schedule: Schedule;
  /** The source of the streams that `loss` and `batches` get. A resumed run continues the saved one instead. */
  readonly rng: Rng;
  /** Longest gradient, in the 2-norm over all weights. */
  readonly clipNorm?: number;
  /**
   * δ of an exponential moving average of the weights, min(δ, (1+t)/(10+t)) at step t. Validation uses the average, and the
   * module holds it at the end.
   */
  readonly emaDecay?: number;
  /** Every `every` steps, a loss to compare the weights by. It leaves no trace in the variables, whatever it assigns. */
  readonly validate?: Validation;
  /** Stop after `patience` validations that are not better than the best by more than `minDelta` (0), and end with the best weights. */
  readonly earlyStopping?: { readonly patience: number; readonly minDelta?: number };
  /**
   * Called after each optimizer step, before `refresh` and before the weights are averaged: for a
   * projection of your own, say. Whoever gives `params` of layers that keep state which follows the
   * weights calls their `refresh` here and in `onTrainBegin`; else a run cannot be resumed exactly.
   */
  readonly afterStep?: (step: number) => void | Promise<void>;
  readonly callbacks?: readonly Callback[];
  /** Stops between two steps. */
  readonly signal?: AbortSignal;
  /** Steps between two looks at the loss and the gradient's norm. 1 where reading back is free (cpu, wasm), else 10. */
  readonly logEvery?: number;
  /** A loss above it counts as diverged. */
  readonly divergenceThreshold?: number;
  /** Whether a run that diverges throws (after restoring the last good weights) or returns. `throw` by default. */
  readonly onDivergence?: 'throw' | 'return';
  /** Names of trainable variables that the loss may leave out. */
  readonly unused?: readonly string[];
  /** Go on from a saved state. The variables are set to it. */
  readonly resume?: FitState;
}

/** The outcome of {@link fit}. */
export interface FitResult {
  readonly stopReason: StopReason;
  /** Steps made. After a divergence, the step of the last good weights. */
  readonly step: number;
  /** The best validation. */
  readonly best: BestLoss | null;
  readonly seconds: number;
  /** To go on with: `fit({ …, resume: state })`. */
  readonly state: FitState;
}

/** The module of the options; one without a life cycle where they give `params`. */
export function moduleOf<B extends TensorContainer>({
  module,
  params,
}: Pick<FitOptions<B>, 'module' | 'params'>): TrainedModule {
  return module ?? { params: params! };
}

export function checkOptions<B extends TensorContainer>(options: FitOptions<B>): void {
  const where = 'training.fit';
  const { steps, validate, earlyStopping, accumulate, logEvery, clipNorm, emaDecay } = options;
  ensure(
    (options.module === undefined) !== (options.params === undefined),
    where,
    () => `expected either module or params, got ${options.module === undefined ? 'none' : 'both'}`,
  );
  ensure(
    !options.enforceBounds || options.module !== undefined,
    where,
    () => 'expected a module with enforceBounds, got params',
  );
  const { params } = moduleOf(options);
  const count = (name: string, value: number | undefined, least: number): void => {
    ensure(
      value === undefined || (Number.isSafeInteger(value) && value >= least),
      where,
      () => `expected an integer ${name} ≥ ${least}, got ${value}`,
    );
  };
  count('steps', steps, 0);
  count('accumulate', accumulate, 1);
  count('logEvery', logEvery, 1);
  count('validate.every', validate?.every, 1);
  count('earlyStopping.patience', earlyStopping?.patience, 1);
  ensure(
    !earlyStopping || validate !== undefined,
    where,
    () => 'expected validate with earlyStopping, got none',
  );
  ensure(clipNorm === undefined || clipNorm > 0, where, () => `expected clipNorm > 0, got ${clipNorm}`);
  ensure(
    emaDecay === undefined || (emaDecay >= 0 && emaDecay < 1),
    where,
    () => `expected 0 ≤ emaDecay < 1, got ${emaDecay}`,
  );
  ensure(
    Object.values(params).some((variable) => variable.trainable),
    where,
    () => 'expected a trainable variable in params, got none',
  );
}

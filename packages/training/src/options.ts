import type { Tensor, TensorContainer } from '@tensorflow/tfjs-core';
import type { Params, Rng } from '@iresnet/core';
import type { Batches } from './batches';
import type { BestLoss } from './bestLoss';
import type { Callback, StopReason } from './callbacks';
import type { FitState } from './fitState';
import type { Optimizer } from './optimizers/optimizer';
import type { Schedule } from './schedules';
import type { TrainedModule } from './trainedModule';
import type { GradientWorkers } from './workers/gradientWorkers';

/** When and how {@link fit} validates. */
export interface Validation {
  /** Steps between two validations. */
  readonly every: number;
  /**
   * The loss to compare weights by, lower is better, in any unit. The module holds the weights that
   * would be the result if the run ended now: the averaged ones under `emaDecay`, within their
   * bounds under `enforceBounds`. Not taped.
   */
  loss(): number | Promise<number>;
}

/** When {@link fit} stops before its last step. */
export interface EarlyStopping {
  /** Validations in a row that may fail to improve on the best. */
  readonly patience: number;
  /** How much lower than the best a loss must be to improve on it. Default 0. */
  readonly minDelta?: number;
}

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
   * ℓ, a scalar: the mean over the batch, in nats per example for a density. It is taped and must
   * not be async. Whatever it allocates is freed. `rng` is a stream of its micro-batch.
   */
  readonly loss: (batch: B, rng: Rng, step: number) => Tensor;
  /**
   * Where the batches come from: a function, an iterable or a `tf.data` dataset; see {@link
   * Batches}.
   */
  readonly batches: Batches<B>;
  /** Optimizer steps in all, those before a resume included. */
  readonly steps: number;
  /** `adam()`, `adamax()`, `sgd()`. */
  readonly optimizer: Optimizer;
  /** The learning rate of each step; a number is a constant one. */
  readonly schedule: Schedule | number;
  /**
   * The source of the streams that `loss` and `batches` get. A resumed run continues the saved one.
   */
  readonly rng: Rng;
  /**
   * K, micro-batches per optimizer step. Default 1. Step s takes the micro-batches K·s + k, 0 ≤ k <
   * K: `batches(K·s + k, rng)`, or the next K of an iterable. Its loss and gradient are their
   * means. Each has its own stream of `rng`, and `loss` gets s as its `step`. An iterable that ends
   * within a step ends the run before that step.
   */
  readonly accumulate?: number;
  /**
   * Threads that compute gradients beside this one, as {@link gradientPool} makes them. The
   * micro-batches of a step are shared out in runs, and their gradients are summed in order, so
   * that any number of threads gives the bits of none. With `accumulate` 1 there is nothing to
   * share. Batches are made in this thread. Give a `module` whose layers keep state.
   */
  readonly workers?: GradientWorkers;
  /** Longest gradient, in the 2-norm over all weights. Longer ones are shortened to it. */
  readonly clipNorm?: number;
  /**
   * δ of an exponential moving average of the weights, min(δ, (1+t)/(10+t)) at step t. Validation
   * uses the average, and the module holds it at the end.
   */
  readonly emaDecay?: number;
  /**
   * Whether weights that leave the training are within their proven bounds: `enforceBounds` of
   * `module` is called on the weights of each validation, which are also those that are kept as the
   * best, and on the final ones. The weights that are trained stay as they are. Default false.
   */
  readonly enforceBounds?: boolean;
  /** Every `every` steps, a loss to compare the weights by. Whatever it assigns is undone. */
  readonly validate?: Validation;
  /** Stop when validations no longer improve, and end with the best weights. */
  readonly earlyStopping?: EarlyStopping;
  /**
   * Called after each optimizer step, before `refresh` and before the weights are averaged: for a
   * projection of your own, say. If you give `params` of layers that keep state which follows the
   * weights, call their `refresh` here and in `onTrainBegin`; else a resume is not exact.
   */
  readonly afterStep?: (step: number) => void | Promise<void>;
  readonly callbacks?: readonly Callback[];
  /** Stops between two steps when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * Steps between two readings of the loss and the gradient's norm. Default 1 where reading back is
   * free (cpu, wasm, native), else 10.
   */
  readonly logEvery?: number;
  /** A loss above it counts as diverged. */
  readonly divergenceThreshold?: number;
  /**
   * Whether a run that diverges throws or returns, in both cases with the last good weights.
   * Default `throw`.
   */
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

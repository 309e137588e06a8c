import type { TensorContainer } from '@tensorflow/tfjs-core';
import type { Params, RngState } from '@iresnet/core';

/** A loss and its gradient on the host. The arrays are valid until the next step. */
export interface HostGradient {
  readonly loss: number;
  /** ∂ℓ/∂w `[P]`. */
  readonly gradient: Float32Array;
  /** What the batch adds to the variables that each batch moves, one after the other. */
  readonly moves: Float32Array;
}

/** A micro-batch as a worker gets it. */
export interface MicroBatch {
  /** It is copied before the call returns. */
  readonly batch: TensorContainer;
  /** Its place among those of the step. */
  readonly place: number;
  /** The optimizer step, for the loss. */
  readonly step: number;
  /** The stream of the loss. */
  readonly rng: RngState;
}

/** Others that compute gradients for `fit`: threads, as {@link gradientPool} makes them. */
export interface GradientWorkers {
  /** How many there are, besides the caller. */
  readonly count: number;
  /** Begin a run that trains these variables, in steps of so many micro-batches. */
  begin(params: Params, microBatches: number): void;
  /** Let all workers have the present values of the variables. All that was asked is answered. */
  share(): void;
  /** The loss and gradient of a micro-batch at these values, by the worker `worker`, from 0 on. */
  evaluate(worker: number, task: MicroBatch): Promise<HostGradient>;
}

/**
 * Which worker computes the micro-batch of a place: each has some in a row, and the caller, as
 * worker `others`, the last ones.
 */
export function workerOf(place: number, others: number, microBatches: number): number {
  return Math.floor((place * (others + 1)) / microBatches);
}

/** How many workers have work, besides the caller. */
export function busyWorkers(count: number, microBatches: number): number {
  return Math.min(count, microBatches - 1);
}

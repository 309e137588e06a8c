import type { ErrorKind, RngState } from '@iresnet/core';
import type { HostBatch } from './hostBatch';
import type { Layout } from './sharedValues';

/** A run that begins. */
export interface BeginMessage {
  readonly begin: {
    /** What the worker prepares its module from. */
    readonly task: unknown;
    readonly layout: readonly Layout[];
    /** The values of all variables. */
    readonly values: ArrayBufferLike;
    /** What is found of the micro-batches of a step. */
    readonly answers: ArrayBufferLike;
  };
}

/** Variables, by their position, that have new values in shared memory. */
export interface LoadMessage {
  readonly load: readonly number[];
}

/** A micro-batch to evaluate. */
export interface EvaluateMessage {
  readonly evaluate: {
    readonly id: number;
    readonly batch: HostBatch;
    readonly place: number;
    readonly step: number;
    readonly rng: RngState;
  };
}

/** What a worker is told. */
export type WorkerMessage = BeginMessage | LoadMessage | EvaluateMessage;

/** What a worker says of a micro-batch; the gradient is in shared memory then. */
export type GradientAnswer = { readonly id: number } & (
  | { readonly loss: number }
  | { readonly failure: { readonly kind: ErrorKind; readonly where: string; readonly what: string } }
  | { readonly error: unknown }
);

/**
 * This thread's end of a channel to another: a `Worker` or `parentPort` of `node:worker_threads`.
 * For a `Worker` of a page, `on` is
 * `(event, f) => worker.addEventListener(event, ({ data }) => f(data))`.
 */
export interface ThreadPort {
  /** Send a message; what it shares is not copied. */
  postMessage(message: unknown): void;
  /**
   * Call `listener` with each message, with an error that ends the thread, or with its exit code.
   */
  // The two kinds of threads give different types here.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: 'message' | 'error' | 'exit', listener: (value: any) => void): unknown;
}

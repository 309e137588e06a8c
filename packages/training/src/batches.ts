import { dispose, tensor_util, tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';

const WHERE = 'training.fit';

/**
 * The part of a dataset of `tf.data` that {@link fit} uses. Its own types lose what `batch()`
 * gives: annotate the argument of the loss, `loss: ({ xs }: { xs: Tensor2D }) => …`.
 */
export interface BatchDataset {
  /** A new iterator over the batches, from the first. */
  iterator(): Promise<{
    /** The next batch, or the end. */
    next(): Promise<IteratorResult<unknown, unknown>>;
  }>;
}

/**
 * Where the batches come from: a function of the micro-batch, an iterable or async iterable, or a
 * dataset of `tf.data`.
 *
 * `index` counts the micro-batches of the run. It is the step, unless `accumulate` makes a step of
 * several. `rng` is a stream of the micro-batch, so that a resumed run draws what the whole one
 * would have drawn.
 *
 * Who disposes: what a function allocates is freed after its micro-batch, as in a tidy; it may also
 * return tensors that exist already, which stay alive. A batch of an iterable or a dataset belongs
 * to `fit`, which disposes it after its use, as `fitDataset` of TensorFlow.js does. Batches that a
 * dataset has prefetched, but that were not used, stay alive when the run ends.
 *
 * On a resume, a function is asked for the next micro-batch. An iterable or a dataset must begin
 * there: `dataset.skip(step * accumulate)`. A run ends when they end; `dataset.repeat()` does not.
 */
export type Batches<B extends TensorContainer> =
  ((index: number, rng: Rng) => B) | Iterable<B | PromiseLike<B>> | AsyncIterable<B> | BatchDataset;

/** One way to use each kind of source. */
export interface BatchSource<B extends TensorContainer> {
  /**
   * The result of `use` on a micro-batch, or null at the end. The batch lives for that call only.
   */
  with<T extends TensorContainer>(index: number, use: (batch: B) => T): Promise<T | null>;
  close(): Promise<void>;
}

/** An iterator of any kind. */
interface BatchIterator {
  next(): unknown;
  return?(): unknown;
}

/** Refuse what gives no batches. */
export function checkBatches(batches: unknown): void {
  ensure(
    typeof batches === 'function' || openerOf(batches) !== undefined,
    WHERE,
    () =>
      `expected batches as a function (index, rng) => batch, an iterable, an async iterable or a tf.data dataset, got ${described(batches)}`,
  );
}

/** Make a source of batches; `checkBatches` has accepted them. */
export function batchSource<B extends TensorContainer>(batches: Batches<B>, rng: Rng): BatchSource<B> {
  if (typeof batches === 'function') {
    return {
      with: async (index, use) =>
        tidy(() => {
          const batch = batches(index, rng.split(index));
          ensure(
            typeof (batch as { then?: unknown } | undefined)?.then !== 'function',
            WHERE,
            () => `expected a batch from batches(${index}, rng), got a promise; an async generator may wait`,
          );
          return use(batch);
        }),
      close: async () => undefined,
    };
  }
  const open = openerOf(batches)!;
  let iterator: BatchIterator | undefined;
  return {
    with: async (index, use) => {
      iterator ??= await open();
      const next = (await iterator.next()) as IteratorResult<B | PromiseLike<B>>;
      if (next.done) return null;
      const batch = await next.value;
      try {
        ensure(
          tensor_util.getTensorsInContainer(batch).every((t) => !t.isDisposed),
          WHERE,
          () =>
            `expected living tensors in micro-batch ${index}, got a disposed one; fit disposes each batch of an iterable after its use, a function (index, rng) => batch keeps them`,
        );
        return use(batch);
      } finally {
        dispose(batch);
      }
    },
    close: async () => {
      await iterator?.return?.();
    },
  };
}

/** How to begin an iteration, or undefined for something that cannot be iterated. */
function openerOf(batches: unknown): (() => BatchIterator | Promise<BatchIterator>) | undefined {
  if (typeof batches !== 'object' || batches === null) return undefined;
  const source = batches as Partial<AsyncIterable<unknown> & Iterable<unknown> & BatchDataset>;
  if (typeof source[Symbol.asyncIterator] === 'function') return () => source[Symbol.asyncIterator]!();
  if (typeof source[Symbol.iterator] === 'function') return () => source[Symbol.iterator]!();
  if (typeof source.iterator === 'function') return () => source.iterator!();
  return undefined;
}

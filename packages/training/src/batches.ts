import { dispose, tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';

/**
 * Where the batches come from: a function of the micro-batch, or an iterable.
 *
 * `index` counts the micro-batches of the run: it is the step, unless `accumulate` makes a step of several. What the function allocates
 * is freed after that micro-batch; it may as well return tensors that exist already. `rng` is a stream of the micro-batch, so that a
 * resumed run draws what the whole one would have drawn. An iterable gives its batches away: each is disposed after its use; on a resume
 * it must begin where the run goes on.
 */
export type Batches<B extends TensorContainer> =
  ((index: number, rng: Rng) => B) | Iterable<B> | AsyncIterable<B>;

/** One way to use each kind of source. */
export interface BatchSource<B extends TensorContainer> {
  /** The result of `use` on a micro-batch, or null at the end. The batch lives for that call only. */
  with<T extends TensorContainer>(index: number, use: (batch: B) => T): Promise<T | null>;
  close(): Promise<void>;
}

export function batchSource<B extends TensorContainer>(batches: Batches<B>, rng: Rng): BatchSource<B> {
  if (typeof batches === 'function') {
    return {
      with: async (index, use) => tidy(() => use(batches(index, rng.split(index)))),
      close: async () => undefined,
    };
  }
  const iterator =
    Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  return {
    with: async (_index, use) => {
      const next = await iterator.next();
      if (next.done) return null;
      try {
        return use(next.value);
      } finally {
        dispose(next.value);
      }
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}

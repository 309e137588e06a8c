import { dispose, tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';

/**
 * Where the batches come from: a function of the step, or an iterable.
 *
 * What the function allocates is freed after the step; it may as well return tensors that exist already. `rng` is a stream of the
 * step, so that a resumed run draws what the whole one would have drawn. An iterable gives its batches away: each is disposed after
 * its step; on a resume it must begin where the run goes on.
 */
export type Batches<B extends TensorContainer> =
  ((step: number, rng: Rng) => B) | Iterable<B> | AsyncIterable<B>;

/** One way to use each kind of source. */
export interface BatchSource<B extends TensorContainer> {
  /** The result of `use` on the batch of a step, or null at the end. The batch lives for that call only. */
  with<T extends TensorContainer>(step: number, use: (batch: B) => T): Promise<T | null>;
  close(): Promise<void>;
}

export function batchSource<B extends TensorContainer>(batches: Batches<B>, rng: Rng): BatchSource<B> {
  if (typeof batches === 'function') {
    return {
      with: async (step, use) => tidy(() => use(batches(step, rng.split(step)))),
      close: async () => undefined,
    };
  }
  const iterator =
    Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  return {
    with: async (_step, use) => {
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

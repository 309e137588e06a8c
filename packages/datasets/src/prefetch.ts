import { checkOptions, ensure } from '@iresnet/core/internal';

/** How far {@link prefetch} works ahead. */
export interface PrefetchOptions {
  /** Items that may be ready before they are asked for, at least 1; 2 by default. */
  readonly ahead?: number;
}

/**
 * The items of `source` in their order, where up to `ahead` of them are made in advance, between
 * other work of the event loop.
 *
 * The source is asked for one item at a time. Its error is thrown where its item would have come.
 * When the consumer stops early, items that were made ahead are dropped and the source's `return`
 * is called. Let the items be host arrays, since a dropped tensor would leak.
 *
 * @throws IResNetError (argument) when ahead is not an integer ≥ 1.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { batches, digitImages, prefetch, takeImages } from '@iresnet/datasets';
 *
 * const set = digitImages();
 * function* work() {
 *   for (const indices of batches(set.count, 64, createRng(0))) yield takeImages(set, indices);
 * }
 * for await (const batch of prefetch(work(), { ahead: 3 })) {
 *   console.log(batch.count); // 64
 *   break;
 * }
 * ```
 */
export function prefetch<T>(
  source: Iterable<T> | AsyncIterable<T>,
  options: PrefetchOptions = {},
): AsyncGenerator<T, void, undefined> {
  checkOptions('datasets.prefetch', options, { ahead: true });
  const ahead = options.ahead ?? 2;
  ensure(
    Number.isSafeInteger(ahead) && ahead >= 1,
    'datasets.prefetch',
    () => `expected an integer ahead ≥ 1, got ${ahead}`,
  );
  return run(source, ahead);
}

async function* run<T>(
  source: Iterable<T> | AsyncIterable<T>,
  ahead: number,
): AsyncGenerator<T, void, undefined> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const queue: Promise<IteratorResult<T>>[] = [];
  let last: Promise<IteratorResult<T> | undefined> = Promise.resolve(undefined);
  let ended = false;
  const end: IteratorResult<T> = { done: true, value: undefined };
  const ask = async (before: typeof last): Promise<IteratorResult<T>> => {
    await before;
    // A task of its own: otherwise a synchronous source would block the consumer of the last item.
    await new Promise<void>((resolve) => void setTimeout(resolve));
    if (ended) return end;
    const result = await iterator.next();
    if (result.done) ended = true;
    return result;
  };
  try {
    for (;;) {
      while (queue.length <= ahead && !ended) {
        const next = ask(last);
        next.catch(() => (ended = true)); // thrown when its turn comes
        queue.push(next);
        last = next;
      }
      const result = await (queue.shift() ?? end);
      if (result.done) return;
      yield result.value;
    }
  } finally {
    if (!ended) {
      ended = true;
      await last.catch(() => undefined);
      await iterator.return?.();
    }
  }
}

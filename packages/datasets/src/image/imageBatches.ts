import type { Rng } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { batches } from '../batches';
import { takeImages, type ImageSet } from './imageSet';

/** How {@link imageBatches} goes through a set. */
export interface ImageBatchesOptions {
  /** Images in a batch, at most those of the set. */
  readonly size: number;
  /** Decides the orders and the draws of `augment`. It is not advanced. */
  readonly rng: Rng;
  /** The step of the first batch, 0 by default. */
  readonly from?: number;
  /** Ends after so many epochs, counted from step 0. By default there is no end. */
  readonly epochs?: number;
  /**
   * Varies a batch, such as {@link randomCrop} or {@link randomFlip}. Its rng belongs to the step.
   */
  readonly augment?: (set: ImageSet, rng: Rng) => ImageSet;
}

/** The images of one training step. */
export interface ImageStep {
  readonly step: number;
  readonly set: ImageSet;
}

/**
 * Mini-batches of a set, each epoch in a new random order.
 *
 * Steps, epochs and orders are those of {@link batches}: every batch is full, and an image occurs
 * at most once an epoch. Step s is augmented with `rng.split('augment').split(s)`. So a batch
 * depends on its step alone: a run that is resumed at `from` sees the batches of the unbroken run.
 * Everything is made on the host, one batch at a time when it is asked for; {@link prefetch} makes
 * some ahead.
 *
 * @returns An iterator; each set is new, holds copies and belongs to the caller.
 * @throws IResNetError (argument) when size is not in [1, count], or from or epochs is not an
 * integer ≥ 0.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { digitImages, imageBatch, imageBatches, prefetch, randomCrop } from '@iresnet/datasets';
 *
 * const steps = imageBatches(digitImages(), {
 *   size: 64,
 *   rng: createRng(0),
 *   augment: (set, rng) => randomCrop(set, [8, 8], rng, 1),
 * });
 * for await (const { step, set } of prefetch(steps)) {
 *   const x = imageBatch(set); // [64, 8, 8, 1]
 *   x.dispose();
 *   if (step === 9) break;
 * }
 * ```
 */
export function imageBatches(
  set: ImageSet,
  options: ImageBatchesOptions,
): Generator<ImageStep, void, undefined> {
  checkOptions('datasets.imageBatches', options, {
    size: true,
    rng: true,
    from: true,
    epochs: true,
    augment: true,
  });
  const { size, rng, from = 0, epochs = Infinity } = options;
  ensure(
    epochs === Infinity || (Number.isSafeInteger(epochs) && epochs >= 0),
    'datasets.imageBatches',
    () => `expected an integer epochs ≥ 0, got ${epochs}`,
  );
  const end = epochs * Math.floor(set.count / size);
  return generate(set, batches(set.count, size, rng, from), { ...options, from }, end);
}

/**
 * A function of its own, so that a wrong argument throws at the call and not at the first step.
 */
function* generate(
  set: ImageSet,
  indices: Iterator<Uint32Array, never>,
  { rng, from, augment = (batch) => batch }: ImageBatchesOptions & { readonly from: number },
  end: number,
): Generator<ImageStep, void, undefined> {
  const streams = rng.split('augment');
  for (let step = from; step < end; step++) {
    yield { step, set: augment(takeImages(set, indices.next().value), streams.split(step)) };
  }
}

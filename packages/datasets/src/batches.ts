import type { Rng } from '@iresnet/core';
import { checkRng, ensure } from '@iresnet/core/internal';

/**
 * Mini-batches of the indices 0 … n−1 without end, each epoch in a new random order.
 *
 * Step s is batch s mod k of epoch ⌊s/k⌋, where k = ⌊n/batchSize⌋. Every batch is full: the n mod
 * batchSize indices at the end of an epoch's order are left out of that epoch. The order of epoch e
 * is `rng.split(e).permutation(n)`. It depends on nothing that was drawn before, so a run that is
 * resumed at `firstStep` sees the batches of the unbroken run.
 *
 * @param n - How many indices, at least 1.
 * @param batchSize - Indices in a batch, at most n.
 * @param rng - Decides the orders. It is not advanced.
 * @param firstStep - The step of the first batch.
 * @returns An iterator of index arrays `[batchSize]`; each is new and belongs to the caller.
 * @throws IResNetError (argument) when batchSize is not in [1, n], or firstStep is negative.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { batches, faithful, takeRows, toTensor } from '@iresnet/datasets';
 *
 * const table = faithful();
 * let step = 0;
 * for (const indices of batches(table.rows, 64, createRng(0))) {
 *   const x = toTensor(takeRows(table, indices)); // [64, 2]
 *   x.dispose();
 *   if (++step === 10) break;
 * }
 * ```
 */
export function batches(
  n: number,
  batchSize: number,
  rng: Rng,
  firstStep = 0,
): Generator<Uint32Array, never> {
  ensure(
    Number.isSafeInteger(batchSize) && Number.isSafeInteger(n) && batchSize >= 1 && batchSize <= n,
    'datasets.batches',
    () => `expected integers 1 ≤ batchSize ≤ n, got batchSize ${batchSize}, n ${n}`,
  );
  ensure(
    Number.isSafeInteger(firstStep) && firstStep >= 0,
    'datasets.batches',
    () => `expected an integer firstStep ≥ 0, got ${firstStep}`,
  );
  checkRng('datasets.batches', rng);
  return generate(n, batchSize, rng, firstStep);
}

/**
 * A function of its own, so that a wrong argument throws at the call and not at the first step.
 */
function* generate(n: number, batchSize: number, rng: Rng, firstStep: number): Generator<Uint32Array, never> {
  const perEpoch = Math.floor(n / batchSize);
  let first = firstStep % perEpoch;
  for (let epoch = Math.floor(firstStep / perEpoch); ; epoch++) {
    const order = rng.split(epoch).permutation(n);
    for (let batch = first; batch < perEpoch; batch++) {
      yield order.slice(batch * batchSize, (batch + 1) * batchSize);
    }
    first = 0;
  }
}

import { readProven, readProvenAsync } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** In the message about a device that cannot be read: a residual of 0 would be a false proof. */
const WHERE = 'inversion.readback';

/** A computation that pauses at each tensor whose values it needs. */
export type Reading<T> = Generator<Tensor, T, ArrayLike<number>>;

/** Run to the end with blocking readbacks. */
export function readSync<T>(reading: Reading<T>): T {
  try {
    let next = reading.next();
    while (!next.done) next = reading.next(readProven(WHERE, next.value));
    return next.value;
  } finally {
    // After a failed readback this frees what the computation holds; after its end it does nothing.
    reading.return(undefined as never);
  }
}

/** Run to the end with asynchronous readbacks. */
export async function readAsync<T>(reading: Reading<T>): Promise<T> {
  try {
    let next = reading.next();
    while (!next.done) next = reading.next(await readProvenAsync(WHERE, next.value));
    return next.value;
  } finally {
    reading.return(undefined as never);
  }
}

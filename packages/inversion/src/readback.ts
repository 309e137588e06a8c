import { readProven, readProvenAsync } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A computation that pauses at each tensor whose values it needs. */
export type Reading<T> = Generator<Tensor, T, ArrayLike<number>>;

/**
 * Run to the end with blocking readbacks. A device that cannot be read throws under the name of the
 * function `where`: a residual of 0 would be a false proof.
 */
export function readSync<T>(where: string, reading: Reading<T>): T {
  try {
    let next = reading.next();
    while (!next.done) next = reading.next(readProven(where, next.value));
    return next.value;
  } finally {
    // After a failed readback this frees what the computation holds; after its end it does nothing.
    reading.return(undefined as never);
  }
}

/** Run to the end with asynchronous readbacks. */
export async function readAsync<T>(where: string, reading: Reading<T>): Promise<T> {
  try {
    let next = reading.next();
    while (!next.done) next = reading.next(await readProvenAsync(where, next.value));
    return next.value;
  } finally {
    reading.return(undefined as never);
  }
}

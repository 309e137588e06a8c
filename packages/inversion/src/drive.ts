import type { Tensor } from '@tensorflow/tfjs-core';

/** A computation that stops to have a tensor read. */
export type Reading<T> = Generator<Tensor, T, ArrayLike<number>>;

/** Run to the end with blocking reads. */
export function readSync<T>(reading: Reading<T>): T {
  try {
    let next = reading.next();
    while (!next.done) next = reading.next(next.value.dataSync());
    return next.value;
  } finally {
    // Frees what is held when a read failed; nothing happens after the end.
    reading.return(undefined as never);
  }
}

/** Run to the end with asynchronous reads. */
export async function readAsync<T>(reading: Reading<T>): Promise<T> {
  try {
    let next = reading.next();
    while (!next.done) next = reading.next(await next.value.data());
    return next.value;
  } finally {
    reading.return(undefined as never);
  }
}

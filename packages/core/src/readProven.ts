import { concat, getBackend, reshape, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { readsFreely, watchDevice } from './device';
import { IResNetError } from './errors';
import { laterForms } from './later';
import { noGrad } from './noGrad';

/**
 * Numbers that travel with each reading. There are so many that no backend computes with them on
 * the host, where it would pass without the device.
 */
const SENTINEL = Float32Array.from({ length: 1024 }, (_, i) => 1.5 + i / 1024);

/**
 * The values of a tensor of float32, for a proof or for a file: a device that is lost or that
 * cannot be read throws, where `dataSync` may give zeros. On a GPU it costs one kernel and 4 kB.
 *
 * @throws IResNetError of kind `device`.
 */
export function readProven(where: string, x: Tensor): Float32Array {
  if (readsFreely()) return x.dataSync<'float32'>();
  const read = laterForms()?.read;
  if (read) return read(where, x);
  const marked = withSentinel(x);
  try {
    return checked(where, marked.dataSync<'float32'>());
  } finally {
    marked.dispose();
  }
}

/**
 * {@link readProven} without blocking; see {@link whileDeviceLives} for how it ends early.
 *
 * @throws IResNetError of kind `device`.
 */
export async function readProvenAsync(where: string, x: Tensor, signal?: AbortSignal): Promise<Float32Array> {
  if (readsFreely()) return x.dataSync<'float32'>();
  const marked = withSentinel(x);
  try {
    return checked(where, await whileDeviceLives(where, marked.data<'float32'>(), signal));
  } finally {
    marked.dispose();
  }
}

/**
 * Wait for something that is read from the device. It rejects when the device is lost meanwhile,
 * for which TensorFlow.js would wait for ever; and with `signal.reason` when `signal` is aborted.
 */
export async function whileDeviceLives<T>(
  where: string,
  waited: T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (readsFreely()) return waited;
  const ends: (() => void)[] = [];
  const interrupted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(signal!.reason as Error);
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    ends.push(
      () => signal?.removeEventListener('abort', abort),
      watchDevice((reason) => {
        reject(failure(where, reason));
      }),
    );
  });
  try {
    return await Promise.race([waited, interrupted]);
  } finally {
    for (const end of ends) end();
  }
}

function withSentinel(x: Tensor): Tensor {
  return noGrad(() => tidy(() => concat([reshape(x, [-1]), tensor1d(SENTINEL)])));
}

function checked(where: string, values: Float32Array): Float32Array {
  const size = values.length - SENTINEL.length;
  const wrong = SENTINEL.findIndex((value, i) => values[size + i] !== value);
  if (wrong >= 0)
    throw failure(where, `it reads ${values[size + wrong]} where ${SENTINEL[wrong]} was written`);
  return values.slice(0, size);
}

function failure(where: string, reason: string): IResNetError {
  return new IResNetError(
    'device',
    where,
    `expected the device of the backend ${getBackend()} to be read back, got none that can: ${reason}. ` +
      'What was on it is gone: start a backend anew and load the last saved state',
    { reason },
  );
}

import {
  engine,
  findBackendFactory,
  getBackend,
  setBackend,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Params } from './contracts';
import { readsLater } from './later';
import { IResNetError } from './errors';
import { readProvenAsync, whileDeviceLives } from './readProven';

const WHERE = 'core.onHost';

/** Backends of the host, the fastest first. */
const HOSTS = ['tensorflow', 'wasm', 'cpu'];

/** How many calls compute on the host now, and the backend to which the last one returns. */
let running = 0;
let returnTo = '';

/**
 * f() on a backend that can be read at once: on the current one if it can, which is all but WebGPU.
 * On WebGPU the values of `inputs` are read without blocking first; then f runs on the host.
 *
 * Certificates, inverses and samples read back as they go on, and refuse WebGPU. This is their
 * asynchronous form there: a model trains on the device, and is judged on the host with the same
 * weights and the same proofs. Afterwards tensors go back to the device by themselves, when it uses
 * them. If f is asynchronous, nothing may use the device until it ends.
 *
 * @param inputs - All that f takes from the device: modules, for their variables, and tensors.
 * @param f - What to compute. What it returns is handed on as it is.
 * @returns What f returns. On WebGPU it costs one reading of each tensor.
 * @throws IResNetError of kind `device` when the device is lost, and of kind `argument` where no
 * backend of the host is there: `useBackend('webgpu')` of `@iresnet/backend` starts one.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { onHost } from '@iresnet/core';
 *
 * const w = tf.tensor1d([3, 4]);
 * console.log(await onHost([w], () => tf.norm(w).dataSync()[0])); // 5, on any backend
 * ```
 */
export async function onHost<T>(
  inputs: readonly (Tensor | { readonly params: Params })[],
  f: () => T | Promise<T>,
): Promise<T> {
  if (running === 0 && !readsLater()) return await f();
  const tensors = inputs.flatMap((input) => ('params' in input ? Object.values(input.params) : [input]));
  await whileDeviceLives(WHERE, Promise.all(tensors.map((tensor) => tensor.data())));
  await sameDevice();
  if (running++ === 0) {
    returnTo = getBackend();
    await setBackend(host());
  }
  try {
    return await f();
  } finally {
    if (--running === 0) await setBackend(returnTo);
  }
}

/** A device that was lost may have given zeros: it must still give back what is written to it. */
async function sameDevice(): Promise<void> {
  const nothing = zeros([1]);
  try {
    await readProvenAsync(WHERE, nothing);
  } finally {
    nothing.dispose();
  }
}

function host(): string {
  const started = HOSTS.find((name) => name in engine().registry);
  if (started !== undefined) return started;
  if ((findBackendFactory('cpu') as unknown) != null) return 'cpu';
  const what = 'expected a backend of the host beside webgpu, got none: start it by useBackend';
  throw new IResNetError('argument', WHERE, `${what}('webgpu') of @iresnet/backend`);
}

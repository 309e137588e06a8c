import { getBackend, type KernelBackend, type Tensor } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import type { LaterForms } from '@iresnet/core/internal';
import { laterFormsOf } from './laterForms';

/** The part of the WebGPU backend that holds values. */
interface WebgpuBackend extends KernelBackend {
  readonly device: {
    addEventListener(
      type: 'uncapturederror',
      tell: (event: { readonly error: { readonly message: string } }) => void,
    ): void;
  };
  readonly tensorMap: { get(id: object): { readonly values?: unknown; readonly dtype: string } };
  later?: LaterForms;
}

/**
 * Give the WebGPU backend the forms that read nothing at once, and refuse blocking readings of it,
 * but of values that are on the host. TensorFlow.js reads through a canvas, which Node does not
 * have, and which may give zeros.
 *
 * A program that the device cannot run leaves zeros, and only tells of it. From then on every
 * reading throws.
 */
export function readLater(device: KernelBackend): void {
  const gpu = device as WebgpuBackend;
  const onHost = ({ dataId }: Tensor) => (gpu.tensorMap.get(dataId).values ?? null) as Float32Array | null;
  gpu.readSync = (id: object) => {
    const { values, dtype } = gpu.tensorMap.get(id);
    if (values != null || dtype === 'string') return values as Float32Array;
    throw refusal('backend.readSync');
  };
  let failed: string | undefined;
  gpu.device.addEventListener('uncapturederror', ({ error }) => (failed ??= error.message));
  const read = gpu.read.bind(gpu);
  gpu.read = async (id: object) => {
    const values = await read(id);
    if (failed === undefined) return values;
    throw new IResNetError(
      'device',
      'backend.read',
      `expected a device that runs every program, got an error of it: ${failed}. What it computed since ` +
        'may be wrong: start a backend anew and load the last saved state',
    );
  };
  gpu.later = {
    read(where, x) {
      const values = onHost(x);
      if (values) return values;
      throw refusal(where);
    },
    ...laterFormsOf(onHost),
  };
}

function refusal(of: string): IResNetError {
  return new IResNetError(
    'device',
    of,
    `expected a backend that can be read at once, got ${getBackend()}: wait for it, by the asynchronous ` +
      'form of the function, or by await onHost([model], () => …) of @iresnet/core',
  );
}

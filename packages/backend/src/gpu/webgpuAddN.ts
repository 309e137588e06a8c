import {
  AddN,
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelBackend,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

/** The part of the WebGPU backend that says how many buffers a program may have. */
interface WebgpuBackend extends KernelBackend {
  readonly device: { readonly limits: { readonly maxStorageBuffersPerShaderStage: number } };
}

/**
 * Let the WebGPU backend add any number of tensors. Its own kernel reads all of them in one
 * program, which has 8 buffers on most devices: the sum of more is an error of the device, and
 * zeros.
 */
export function addNInGroups(): void {
  const config = getKernel(AddN, 'webgpu');
  const whole = config.kernelFunc;
  unregisterKernel(AddN, 'webgpu');
  registerKernel({
    ...config,
    kernelFunc({ inputs, backend, attrs }) {
      const gpu = backend as WebgpuBackend;
      // One is for the sum.
      const most = gpu.device.limits.maxStorageBuffersPerShaderStage - 1;
      const sum = (terms: readonly TensorInfo[]): TensorInfo =>
        whole({
          inputs: terms as unknown as NamedTensorInfoMap,
          backend,
          ...(attrs && { attrs }),
        }) as TensorInfo;
      const terms = inputs as unknown as readonly TensorInfo[];
      let total = sum(terms.slice(0, most));
      for (let next = most; next < terms.length; next += most - 1) {
        const longer = sum([total, ...terms.slice(next, next + most - 1)]);
        gpu.disposeData(total.dataId);
        total = longer;
      }
      return total;
    },
  });
}

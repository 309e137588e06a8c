import { backend, getBackend, type KernelBackend } from '@tensorflow/tfjs-core';

/**
 * Backends whose values are in host memory: reading one back costs microseconds and cannot fail.
 */
const HOST_BACKENDS: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/** Whether the values of the current backend are in host memory. */
export function readsFreely(): boolean {
  return HOST_BACKENDS.has(getBackend());
}

/** The parts of the WebGL and WebGPU backends that know whether their device is there. */
interface DeviceBackend extends KernelBackend {
  readonly gpgpu?: { readonly gl?: WebGLRenderingContext };
  readonly device?: { readonly lost?: Promise<{ readonly message?: string }> };
}

/**
 * Call `lost` once when the device of the current backend goes away: a WebGL context or a WebGPU
 * device. TensorFlow.js does not tell: reads then give zeros, or never end.
 *
 * @returns A function that ends the watch.
 */
export function watchDevice(lost: (reason: string) => void): () => void {
  const { gpgpu, device } = backend() as DeviceBackend;
  let watching = true;
  const tell = (reason: string): void => {
    if (watching) lost(reason);
    watching = false;
  };
  const gl = gpgpu?.gl;
  const onLoss = (): void => {
    tell('the WebGL context was lost');
  };
  if (gl?.isContextLost()) onLoss();
  gl?.canvas.addEventListener('webglcontextlost', onLoss);
  void device?.lost?.then(({ message }) => {
    tell(`the WebGPU device was lost${message ? `: ${message}` : ''}`);
  });
  return () => {
    watching = false;
    gl?.canvas.removeEventListener('webglcontextlost', onLoss);
  };
}

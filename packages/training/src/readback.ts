import { dispose, getBackend, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Backends whose values lie in host memory: reading one back costs microseconds and waits for nothing. */
const HOST_BACKENDS: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/** Whether reading a tensor of the current backend back costs next to nothing. */
export function readsFreely(): boolean {
  return HOST_BACKENDS.has(getBackend());
}

/** The values of some scalars, in one transfer. Disposes no argument. */
export async function readScalars(scalars: readonly Tensor[]): Promise<number[]> {
  if (readsFreely()) return scalars.map((s) => s.dataSync()[0]!);
  const packed = tidy(() => stack([...scalars]));
  try {
    return Array.from(await packed.data());
  } finally {
    dispose(packed);
  }
}

import { dispose, getBackend, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Backends whose values are in host memory, where reading one back costs microseconds. */
const HOST_BACKENDS: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/** Whether reading back a tensor of the current backend costs next to nothing. */
export function readsFreely(): boolean {
  return HOST_BACKENDS.has(getBackend());
}

/** The values of some scalars, in one transfer. It disposes none of them. */
export async function readScalars(scalars: readonly Tensor[]): Promise<number[]> {
  if (readsFreely()) return scalars.map((s) => s.dataSync()[0]!);
  const packed = tidy(() => stack([...scalars]));
  try {
    return Array.from(await packed.data());
  } finally {
    dispose(packed);
  }
}

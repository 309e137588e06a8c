import { stack, type Tensor } from '@tensorflow/tfjs-core';
import { readProvenAsync, readsFreely } from '@iresnet/core/internal';

/**
 * The values of some scalars, in one transfer. It disposes none of them. Null when `signal` is
 * aborted while it waits.
 *
 * @throws IResNetError of kind `device` when the device is lost or reads back wrong numbers.
 */
export async function readScalars(
  scalars: readonly Tensor[],
  signal?: AbortSignal,
): Promise<readonly number[] | null> {
  if (readsFreely()) return scalars.map((s) => s.dataSync()[0]!);
  const packed = stack([...scalars]);
  try {
    return Array.from(await readProvenAsync('training.fit', packed, signal));
  } catch (error) {
    if (signal?.aborted) return null;
    throw error;
  } finally {
    packed.dispose();
  }
}

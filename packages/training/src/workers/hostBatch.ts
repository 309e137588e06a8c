import { Tensor, tensor, type DataType, type TensorContainer } from '@tensorflow/tfjs-core';

/** The values of a tensor on the host. */
export interface HostValues {
  readonly shape: number[];
  readonly dtype: DataType;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** A batch whose tensors are {@link HostTensor}: what a message can hold. */
export type HostBatch = unknown;

/** A class would not survive a message, so a name marks what was a tensor. */
interface HostTensor {
  readonly tensor: HostValues;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** A batch read back. */
export function toHost(batch: TensorContainer): HostBatch {
  if (batch instanceof Tensor) {
    const { shape, dtype } = batch;
    // The cpu backend gives its own memory.
    const values = batch.dataSync().slice() as HostValues['values'];
    return { tensor: { shape, dtype, values } } satisfies HostTensor;
  }
  if (Array.isArray(batch)) return batch.map(toHost);
  if (!isPlain(batch)) return batch;
  return { fields: mapped(batch, (value) => toHost(value as TensorContainer)) };
}

/** The batch again. The caller owns its tensors. */
export function toDevice(batch: HostBatch): TensorContainer {
  if (Array.isArray(batch)) return batch.map(toDevice);
  if (!isPlain(batch)) return batch as TensorContainer;
  if ('fields' in batch) return mapped(batch['fields'] as Record<string, unknown>, toDevice);
  return toTensor((batch as unknown as HostTensor).tensor);
}

/** A tensor of host values. */
export function toTensor({ values, shape, dtype }: HostValues): Tensor {
  return tensor(values, shape, dtype);
}

function mapped<A, B>(fields: Record<string, A>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, f(value)]));
}

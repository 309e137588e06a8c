import { expect } from 'vitest';
import { IResNetError, type ErrorKind } from '@iresnet/core';

/** A safetensors file from its parts, as the format says: length, header, data. */
export function fileOf(
  header: string | Uint8Array,
  data: Iterable<number> = [],
  length?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  return Uint8Array.from([...head, ...text, ...data]);
}

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

/** The IResNetError that `f` throws; anything else fails the test. */
export function errorOf(f: () => unknown, kind: ErrorKind): IResNetError {
  try {
    f();
  } catch (error) {
    return checked(error, kind);
  }
  throw new Error('expected an error');
}

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>, kind: ErrorKind): Promise<IResNetError> {
  const error: unknown = await promise.then(
    () => new Error('expected an error'),
    (reason: unknown) => reason,
  );
  return checked(error, kind);
}

function checked(error: unknown, kind: ErrorKind): IResNetError {
  if (!(error instanceof IResNetError)) throw error;
  expect(error.kind).toBe(kind);
  return error;
}

import { IResNetError } from '@iresnet/core';

/** Refuse values of which no norm exists. They come from a computation, not from the caller. */
export function ensureFinite(where: string, values: Float32Array | Float64Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new IResNetError('diverged', where, `expected finite values, got ${values[at]!} at index ${at}`);
}

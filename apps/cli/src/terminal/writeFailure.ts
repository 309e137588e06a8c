import { IResNetError } from '@iresnet/core';
import { ioReason } from '@iresnet/core/node';

/** Why a file could not be written. */
export function writeFailure(file: string, cause: unknown): IResNetError {
  return new IResNetError('data', file, `expected to write it, got: ${ioReason(cause)}`, {}, { cause });
}

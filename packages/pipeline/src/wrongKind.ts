import { IResNetError } from '@iresnet/core';

/** Data of another form than a model takes. */
export function wrongKind(where: string, expected: string, got: string): IResNetError {
  return new IResNetError('data', where, `expected ${expected}, got ${got}`);
}

import { IResNetError, type ErrorKind } from '@iresnet/core';

/** The message of the IResNetError of this kind that `f` throws. */
export function failure(kind: ErrorKind, f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof IResNetError && error.kind === kind) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

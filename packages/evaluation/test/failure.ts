import { IResNetError, type ErrorKind } from '@iresnet/core';

/** The message of the IResNetError of this kind that `f` throws. */
export function failure(kind: ErrorKind, f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return messageOf(kind, error);
  }
  return 'nothing was thrown';
}

function messageOf(kind: ErrorKind, error: unknown): string {
  if (error instanceof IResNetError && error.kind === kind) return error.message;
  throw error;
}

import { IResNetError, type ErrorKind } from '@iresnet/core';

/** Exit codes of the command line; a job scheduler may act on them. */
export const exitCode = {
  ok: 0,
  bug: 1,
  usage: 2,
  /** A file is missing, corrupt or cannot be written. */
  data: 3,
  diverged: 4,
  notConverged: 5,
  /** `certify` found a block without a proof. */
  notProven: 6,
  interrupted: 130,
  terminated: 143,
} as const;

const byKind: Record<ErrorKind, number> = {
  argument: exitCode.usage,
  data: exitCode.data,
  diverged: exitCode.diverged,
  'not-converged': exitCode.notConverged,
};

/** The exit code and the message of whatever was thrown. A bug keeps its stack, everything else is one clear message. */
export function describeFailure(error: unknown): { code: number; message: string } {
  if (error instanceof IResNetError)
    return { code: byKind[error.kind], message: `error: ${printable(error.message)}` };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCode.bug, message: `internal error: ${text}` };
}

/** A message with its control characters written out, for it may quote a file; the lines of a list stay. */
function printable(message: string): string {
  const escaped = (char: string) => `\\x${char.codePointAt(0)!.toString(16).padStart(2, '0')}`;
  return message.replaceAll(/\n(?! {2})|(?!\n)\p{Cc}/gu, escaped);
}

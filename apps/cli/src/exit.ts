import { IResNetError, type ErrorKind } from '@iresnet/core';
import { printable } from './terminal/printable';

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
  device: 7,
} as const;

/** Exit codes after a signal, as a shell gives them. */
const stopped = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that asks a program to stop. */
export type StopSignal = keyof typeof stopped;

/** The exit code of a program that a signal stopped. */
export function exitOf(signal: StopSignal): number {
  return stopped[signal];
}

const byKind: Record<ErrorKind, number> = {
  argument: exitCode.usage,
  data: exitCode.data,
  diverged: exitCode.diverged,
  'not-converged': exitCode.notConverged,
  device: exitCode.device,
};

/**
 * The exit code and the message of whatever was thrown. A bug keeps its stack, everything else is
 * one clear message.
 */
export function describeFailure(error: unknown): { code: number; message: string } {
  if (error instanceof IResNetError)
    return { code: byKind[error.kind], message: `error: ${printable(error.message)}` };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCode.bug, message: `internal error: ${text.split('\n').map(printable).join('\n')}` };
}

import { IResNetError, type ErrorKind } from '@iresnet/core';
import { underName } from './underName';
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

/** What exit codes say, and whether the same command may do better on another try. */
export interface Ending {
  readonly codes: readonly number[];
  readonly meaning: string;
  readonly retry: boolean;
}

/** Every way in which the program ends; help and the guides list them. */
export const endings: readonly Ending[] = [
  { codes: [exitCode.ok], meaning: 'done', retry: false },
  { codes: [exitCode.bug], meaning: 'a bug: please report it', retry: false },
  { codes: [exitCode.usage], meaning: 'wrong usage', retry: false },
  { codes: [exitCode.data], meaning: 'a file is missing, corrupt or cannot be written', retry: true },
  { codes: [exitCode.diverged], meaning: 'training diverged; run.json says when', retry: false },
  { codes: [exitCode.notConverged], meaning: 'an inverse did not converge', retry: false },
  { codes: [exitCode.notProven], meaning: 'certify: a part is not proven invertible', retry: false },
  {
    codes: [exitCode.device],
    meaning: 'the device that computes is lost, or cannot be read back',
    retry: true,
  },
  {
    codes: Object.values(stopped),
    meaning: `stopped by ${Object.keys(stopped).join(', ')}, after saving; a second one ends it at once`,
    retry: true,
  },
];

/** {@link endings} as help prints them. */
export function endingsText(): string {
  const lines = endings.map(({ codes, meaning }) => `  ${codes.join(', ').padEnd(13)}  ${meaning}`);
  const again = endings.filter(({ retry }) => retry).flatMap(({ codes }) => codes);
  return `Exit codes:\n${lines.join('\n')}\nAnother try may help after ${again.join(', ')}. After the others it ends in the same way.`;
}

const byKind: Record<ErrorKind, number> = {
  argument: exitCode.usage,
  data: exitCode.data,
  diverged: exitCode.diverged,
  'not-converged': exitCode.notConverged,
  device: exitCode.device,
};

/**
 * The exit code and the message of whatever was thrown by a command, such as `iresnet score`. A bug
 * keeps its stack, everything else is one clear message.
 */
export function describeFailure(thrown: unknown, command: string): { code: number; message: string } {
  const error = underName(thrown, command);
  if (error instanceof IResNetError)
    return { code: byKind[error.kind], message: `error: ${printable(error.message)}` };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCode.bug, message: `internal error: ${text.split('\n').map(printable).join('\n')}` };
}

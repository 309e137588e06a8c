import { spawn } from 'node:child_process';

/** How a program ended. */
export interface RunResult {
  /** Its exit code; 127 if there is no such program, −1 if a signal ended it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  /** The last 64 kB of both streams. */
  readonly output: string;
  /** The last 64 kB of standard output. */
  readonly stdout: string;
}

/** Where and how a program runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program; {@link run} then rejects. */
  readonly abort?: AbortSignal;
}

/** Run a program to its end. Its failure is a value, not an exception. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env, abort }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(abort === undefined ? {} : { signal: abort }),
    });
    let output = '';
    let stdout = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-65_536);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      stdout = (stdout + chunk.toString()).slice(-65_536);
    });
    child.stderr.on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        resolve({ code: 127, signal: null, output: `${program}: not found`, stdout });
      else reject(error);
    });
    child.on('close', (code, signal) => {
      resolve({ code: code ?? -1, signal, output, stdout });
    });
  });
}

/**
 * The last lines of a program's output, for a message. Empty lines and notices of pip are left out.
 */
export const lastLines = (output: string, count = 3): string =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('[notice]'))
    .slice(-count)
    .join('\n  ');

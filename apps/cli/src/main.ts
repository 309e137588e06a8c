import { CommanderError } from 'commander';
import { describeFailure, exitCode } from './exit';
import { createProgram } from './program';

/** Run the command line; says on stderr what went wrong and returns the exit code. */
export async function main(args: readonly string[], version: string): Promise<number> {
  let code: number = exitCode.ok;
  const program = createProgram(version, (of) => (code = of));
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return exitCode.usage;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return tell(error);
  }
}

/** Say on stderr what went wrong; returns the exit code. */
export function tell(error: unknown): number {
  // Commander has printed its message; help and version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const { code, message } = describeFailure(error);
  process.stderr.write(`${message}\n`);
  return code;
}

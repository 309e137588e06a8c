import { CommanderError, type Command } from 'commander';
import { describeFailure, exitCode } from './exit';
import { createProgram } from './program';

/** Run the command line; says on stderr what went wrong and returns the exit code. */
export async function main(args: readonly string[], version: string): Promise<number> {
  let code: number = exitCode.ok;
  let command = 'iresnet';
  const program = createProgram(version, (of) => (code = of)).hook('preAction', (_, acting) => {
    command = fullName(acting);
  });
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return exitCode.usage;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, command);
  }
}

/** Say on stderr what went wrong in a command; returns the exit code. */
export function tell(error: unknown, command = 'iresnet'): number {
  // Commander has printed its message; help and version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const { code, message } = describeFailure(error, command);
  process.stderr.write(`${message}\n`);
  return code;
}

/** Such as `iresnet datasets show`. */
function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export { root } from '../test/tarballs';

const start = promisify(execFile);

/**
 * Run a program without the variables that npm gives its scripts, which would point an inner npm at
 * this repository.
 *
 * @returns what it printed
 * @throws when it fails, with all that it printed
 */
export async function clean(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  try {
    const { stdout } = await start(command, [...args], { cwd, env, maxBuffer: 2 ** 28 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `${command} ${args.join(' ')} failed in ${cwd}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`,
    );
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import { main } from '../src/main';

// The same numbers everywhere, whatever is installed.
process.env['IRESNET_NATIVE_DIR'] = join(tmpdir(), 'no native backend here');

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const bin = join(root, 'apps/cli/src/bin.ts');

/** What a process left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Wait until stdout holds a text. */
  said(text: string): Promise<void>;
}

/** The small model of the tests, and how many steps it gets. */
export const small = ['--blocks', '1', '--hidden', '8', '--steps', '6'];

/** Node as it runs the sources. */
const sources = [process.execPath, '--conditions=@iresnet/source', '--import', import.meta.resolve('tsx')];

/** The words of the program, for scripts that start it by a variable; none of them has a blank. */
export const program = [...sources, bin].join(' ');

function watch(file: string, args: readonly string[]): Running {
  const child = spawn(file, args, { cwd: tmpdir(), env: { ...process.env, NODE_OPTIONS: '' } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    child,
    finished: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    }),
    async said(text) {
      while (!stdout.includes(text)) await once(child.stdout, 'data');
    },
  };
}

/** Start a TypeScript program. */
export function node(args: readonly string[]): Running {
  return watch(sources[0]!, [...sources.slice(1), ...args]);
}

/** Start the command line in a process of its own. */
export function start(args: readonly string[]): Running {
  return node([bin, ...args]);
}

/** Run a line of bash in which `$iresnet` is the program. */
export function shell(line: string): Promise<Finished> {
  const words = [...sources, bin].map((word) => `'${word}'`).join(' ');
  return watch('bash', ['-c', line.replaceAll('$iresnet', words)]).finished;
}

/** Run the command line to its end, in a process of its own. */
export function iresnet(...args: readonly string[]): Promise<Finished> {
  return start(args).finished;
}

/** The same in this process: quicker, without what only a process has. */
export async function here(...args: readonly string[]): Promise<Finished> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...rest) => {
      said[name] += String(text);
      (rest.find((argument) => typeof argument === 'function') as (() => void) | undefined)?.();
      return true;
    }),
  );
  try {
    return { code: await main(args, '1.2.3'), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Run it in this process, expecting success; gives back what it printed. */
export async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await here(...args);
  if (code !== 0) throw new Error(`iresnet ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), name));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A CSV file of `rows` rows of smooth numbers, none of whose columns follows from the others. */
export function csvText(columns: readonly string[], rows: number): string {
  const value = (i: number, j: number): string =>
    (Math.sin(i * (j + 1.7) + j * j) * (j + 1) + i * 0.01).toFixed(6);
  const lines = Array.from({ length: rows }, (_, i) => columns.map((_, j) => value(i, j)).join());
  return `${[columns.join(), ...lines].join('\n')}\n`;
}

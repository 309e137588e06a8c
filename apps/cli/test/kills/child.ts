// Does something once, or again and again until it is killed:
// `child.ts {"args": […], "loop": true, "copy": [from, to]}`. `{n}` stands for the number of the
// run. Each run that ends is told, with its milliseconds.
import { cpSync, renameSync } from 'node:fs';
import { download } from '@iresnet/datasets/node';
import { main } from '../../src/main';

/** What is run, below a folder. */
export interface Request {
  /** Of the command line; `fetch <url> <file> <sha256>` downloads a file. */
  readonly args: readonly string[];
  readonly loop?: boolean;
  /** A folder that is copied before each run, to one that is not there yet. */
  readonly copy?: readonly [string, string] | undefined;
}

async function run(args: readonly string[]): Promise<number> {
  if (args[0] !== 'fetch') return main(args, '0.0.0');
  const [, url, file, sha256] = args as [string, string, string, string];
  await download(url, file, { sha256 });
  return 0;
}

const { args, loop = false, copy } = JSON.parse(process.argv[2]!) as Request;
for (let n = 0; ; n++) {
  const numbered = (text: string): string => text.replaceAll('{n}', String(n));
  if (copy) {
    // A kill while it copies must not leave a part of a folder: that is no work of the command.
    const whole = `${copy[0]}.copy-${process.pid}`;
    cpSync(copy[0], whole, { recursive: true });
    renameSync(whole, numbered(copy[1]));
  }
  const began = performance.now();
  const code = await run(args.map(numbered));
  process.send?.(performance.now() - began);
  if (!loop || code !== 0) process.exit(code);
}

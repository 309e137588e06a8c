import { createWriteStream, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';

/**
 * Make the next numbered folder `root/003-title`. Two runs started at once get two numbers.
 *
 * @throws IResNetError of kind `argument` when the root cannot be written.
 */
export function createRunFolder(root: string, title: string): string {
  const name = title.replace(/[^\w.-]+/g, '-').slice(0, 40) || 'run';
  try {
    mkdirSync(root, { recursive: true });
    for (;;) {
      const numbers = readdirSync(root).map((entry) => Number.parseInt(entry, 10));
      const next = Math.max(0, ...numbers.filter(Number.isInteger)) + 1;
      const number = String(next).padStart(3, '0');
      const dir = join(root, `${number}-${name}`);
      try {
        mkdirSync(dir);
        return dir;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new IResNetError(
      'argument',
      `--out ${root}`,
      `expected a folder that can be written, got ${(error as Error).message}`,
    );
  }
}

/** Append lines to a file; `close` waits until they are on disk. */
export function lineWriter(file: string): { write(line: string): void; close(): Promise<void> } {
  const stream = createWriteStream(file, { flags: 'a' });
  let failure: Error | null = null;
  stream.on('error', (error) => (failure = error));
  return {
    write: (line) => stream.write(line),
    close: () =>
      new Promise((resolve, reject) => {
        stream.end(() => {
          if (failure) reject(new IResNetError('data', file, `expected to write, got ${failure.message}`));
          else resolve();
        });
      }),
  };
}

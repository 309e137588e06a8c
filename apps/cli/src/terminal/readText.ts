import { readFileSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'nothing there',
  ENOTDIR: 'a file where a folder should be',
  EISDIR: 'a folder',
  EACCES: 'a file without permission to read it',
  EPERM: 'a file without permission to read it',
};

/**
 * The text of a file.
 *
 * @param what - What it should be, for the message.
 * @throws IResNetError of kind `data` that names the file.
 */
export function readText(file: string, what: string): string {
  return reading(file, what, () => readFileSync(file, 'utf8'));
}

/** Do something that reads a file or a folder, and say in our own words what stands in the way. */
export function reading<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new IResNetError('data', path, `expected ${what}, got ${reasons[code] ?? message}`);
  }
}

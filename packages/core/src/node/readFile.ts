import { readFileSync, statSync } from 'node:fs';
import { IResNetError } from '../errors';

/** Bytes of a file that is read at once. */
const LARGEST = 2 ** 31;

const found: Readonly<Record<string, string>> = {
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
  return readBytes(file, what).toString('utf8');
}

/**
 * The bytes of a file or a pipe. A device, which may never end, is refused unread; so is a file
 * that is too large to hold.
 *
 * @throws IResNetError of kind `data` that names the file.
 */
export function readBytes(file: string, what: string): Buffer {
  return reading(file, what, () => {
    const stat = statSync(file);
    if (stat.isCharacterDevice() || stat.isBlockDevice()) throw new Error('a device');
    if (stat.size > LARGEST) throw new Error(`a file of more than ${LARGEST} bytes`);
    return readFileSync(file);
  });
}

/** Do something that reads a file or a folder, and say in our own words what stands in the way. */
export function reading<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new IResNetError('data', path, `expected ${what}, got ${found[code] ?? message}`);
  }
}

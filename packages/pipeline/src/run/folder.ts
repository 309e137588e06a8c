import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { IResNetError } from '@iresnet/core';

/**
 * Make the next numbered folder `root/003-title`. Two runs that start at once get two numbers,
 * whatever their titles.
 *
 * @throws IResNetError of kind `data` when the root cannot be written.
 */
export function createRunFolder(root: string, title: string): string {
  const name = title.replace(/[^\p{L}\p{N}_.-]+/gu, '-').slice(0, 40) || 'run';
  try {
    makeFolders(resolve(root));
    for (;;) {
      const number = String(Math.max(0, ...numbersIn(root)) + 1).padStart(3, '0');
      // The bare number is the lock: whoever makes it may look whether someone had it before, and
      // then give it a name.
      const bare = join(root, number);
      if (!makeFolder(bare)) continue;
      if (numbersIn(root).filter((taken) => taken === Number(number)).length > 1) {
        rmdirSync(bare);
        continue;
      }
      const dir = join(root, `${number}-${name}`);
      renameSync(bare, dir);
      return dir;
    }
  } catch (error) {
    const what = `expected a folder to write to, got ${(error as Error).message}`;
    throw new IResNetError('data', root, what);
  }
}

/**
 * A folder and those above it. Node's own recursion never ends where the system denies that a
 * folder is missing, as in /proc.
 */
function makeFolders(dir: string): void {
  if (existsSync(dir)) return;
  makeFolders(dirname(dir));
  makeFolder(dir);
}

function numbersIn(root: string): number[] {
  return readdirSync(root)
    .map((entry) => Number.parseInt(entry, 10))
    .filter(Number.isInteger);
}

/** Whether the folder is new. */
function makeFolder(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

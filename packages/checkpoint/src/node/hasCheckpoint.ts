import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { MANIFEST } from '../manifest';
import { parentOf, parseBesideName } from './fileSystem';

/**
 * Whether `loadCheckpoint` would look into a folder: there is a manifest in it, or a save that was
 * killed, or is at it now, has moved it aside. Nothing is read.
 *
 * @param dir - The folder.
 *
 * @example
 * ```ts
 * import { hasCheckpoint } from '@iresnet/checkpoint/node';
 *
 * console.log(hasCheckpoint('runs/001-faithful/model')); // false: there is nothing
 * ```
 */
export function hasCheckpoint(dir: string): boolean {
  const target = resolve(dir);
  if (existsSync(join(target, MANIFEST))) return true;
  const parent = parentOf(target);
  return (
    existsSync(parent) &&
    readdirSync(parent).some((name) => {
      const beside = parseBesideName(name);
      return beside?.role === 'old' && beside.base === basename(target);
    })
  );
}

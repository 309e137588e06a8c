import { accessSync, constants } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { reading } from '@iresnet/core/node';
import { attempt } from './failure';

/**
 * The files that paths stand for, in order: a file itself; the files of a folder by their names,
 * but for what begins with a dot or `_`; those that a pattern such as `logs/2026-*.csv` fits, by
 * their names. `*` stands for any characters and `?` for one, in the last part of a path; what is
 * there under the very name is itself.
 *
 * @throws IResNetError of kind `data` for a path where nothing is or that may not be read, and for
 * a folder or a pattern without files.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { tableFiles } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * for (const name of ['b.csv', 'a.csv', 'notes.md']) writeFileSync(join(dir, name), 'x\n1\n');
 * console.log(await tableFiles([join(dir, '*.csv')])); // …/a.csv and …/b.csv
 * ```
 */
export async function tableFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...(await filesOf(path)));
  return found;
}

async function filesOf(path: string): Promise<string[]> {
  if (path === '-') return [path];
  const there = await stat(path).catch(() => null);
  const isPattern = !there && /[*?]/.test(basename(path));
  const folder = isPattern ? dirname(path) : path;
  if (!isPattern) {
    reading(path, 'a CSV file', () => accessSync(path, constants.R_OK));
    if (!there?.isDirectory()) return [path];
  }
  const fits = isPattern ? patternOf(basename(path)) : /^/;
  const entries = await attempt('read', folder, () => readdir(folder, { withFileTypes: true }));
  const names = entries
    .filter((entry) => !entry.isDirectory() && !/^[._]/.test(entry.name) && fits.test(entry.name))
    .map(({ name }) => name);
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new IResNetError(
    'data',
    path,
    `expected tables ${isPattern ? 'of such names' : 'in the folder'}, found none`,
  );
}

function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  // Runs of stars are one, so that no name is tried in many ways.
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 'u');
}

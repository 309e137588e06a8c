import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import * as nodeFileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { FileSystem } from '@iresnet/checkpoint/node';

/** A new empty folder, removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iresnet-checkpoint-'));
  folders.push(folder);
  return folder;
}
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Every file below a folder, path → content in hexadecimal; an empty folder has its own entry. */
export function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), entry.isFile() ? readFileSync(path, 'hex') : 'folder'];
    }),
  );
}

/** A system call that is about to be made. */
export interface Call {
  readonly name: string;
  readonly path: string;
}

/**
 * The real file system, where `before` sees every call, reads and closes included, and may throw
 * instead.
 */
export function watchedFileSystem(before: (call: Call) => void): FileSystem {
  const fs: FileSystem = nodeFileSystem;
  const watch = <T>(name: string, path: string, call: () => Promise<T>): Promise<T> =>
    Promise.resolve().then(() => {
      before({ name, path });
      return call();
    });
  return {
    mkdir: (path, options) => watch('mkdir', path, () => fs.mkdir(path, options)),
    rename: (from, to) => watch('rename', to, () => fs.rename(from, to)),
    rm: (path, options) => watch('rm', path, () => fs.rm(path, options)),
    readdir: (path) => watch('readdir', path, () => fs.readdir(path)),
    stat: (path) => watch('stat', path, () => fs.stat(path)),
    readlink: (path) => watch('readlink', path, () => fs.readlink(path)),
    open: (path, flags, mode) =>
      watch('open', path, async () => {
        const file = await fs.open(path, flags, mode);
        return {
          stat: () => watch('fstat', path, () => file.stat()),
          read: (...args) => watch('read', path, () => file.read(...args)),
          writeFile: (bytes) => watch('write', path, () => file.writeFile(bytes)),
          sync: () => watch('sync', path, () => file.sync()),
          close: async () => {
            await file.close(); // first: the process must not keep it open
            await watch('close', path, () => Promise.resolve());
          },
        };
      }),
  };
}

/** An error as the system gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

import { join } from 'node:path';
import {
  codeOf,
  ioError,
  machineFileSystem,
  namesIn,
  parseBesideName,
  type FileSystem,
  type FileSystemOptions,
} from './fileSystem';

/**
 * Clear `root` of what killed saves left behind, and put back a folder that a killed save had moved aside. Call it at start.
 *
 * An entry is stale when the process in its name does not run, or is this one but began after the entry was made (a container restarts
 * with the same process id). Only for folders that one machine writes to: process ids of another cannot be asked.
 *
 * @param root - The folder that holds the checkpoints; it may be missing.
 * @returns The names that were removed or put back.
 * @throws IResNetError of kind `data` when a system call fails.
 *
 * @example
 * ```ts
 * import { mkdirSync, mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { sweep } from '@iresnet/checkpoint/node';
 *
 * const root = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * mkdirSync(join(root, 'step-00000100.tmp-4194305-0123456789ab')); // no process has this id
 * console.log(await sweep(root)); // [ 'step-00000100.tmp-4194305-0123456789ab' ]
 * ```
 */
export async function sweep(root: string, options: FileSystemOptions = {}): Promise<string[]> {
  const { fs = machineFileSystem } = options;
  const swept: string[] = [];
  try {
    const names = await namesIn(fs, root);
    const present = new Set(names);
    for (const name of names) {
      const beside = parseBesideName(name);
      const path = join(root, name);
      if (beside === undefined || !(await isStale(fs, path, beside.pid))) continue;
      if (beside.role === 'old' && !present.has(beside.base)) {
        await fs.rename(path, join(root, beside.base));
        present.add(beside.base);
      } else {
        await fs.rm(path, { recursive: true, force: true });
      }
      swept.push(name);
    }
  } catch (error) {
    throw ioError('checkpoint.sweep', 'clear', root, error);
  }
  return swept;
}

async function isStale(fs: FileSystem, path: string, pid: number): Promise<boolean> {
  if (pid === process.pid) {
    const started = Date.now() - process.uptime() * 1000;
    return fs.stat(path).then(
      ({ mtimeMs }) => mtimeMs < started,
      () => false, // just finished
    );
  }
  try {
    process.kill(pid, 0); // signal 0 only asks
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

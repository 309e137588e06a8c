import { join } from 'node:path';
import { checkOptions } from '@iresnet/core/internal';
import {
  codeOf,
  ioError,
  machineFileSystem,
  namesIn,
  parseBesideName,
  type FileSystem,
  type FileSystemOptions,
} from './fileSystem';
import { newestFirst } from './loadCheckpoint';

/**
 * Remove from `root` the temporary folders of killed saves, and put back a folder that a killed
 * save had moved aside. Call it when the program starts.
 *
 * An entry is stale when the process in its name does not run, or is this one but began after the
 * entry was made (a container restarts with the same process id). Use it only for folders that one
 * machine writes to: it cannot see the processes of another.
 *
 * @param root - The folder that holds the checkpoints. It may be missing.
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
 * // What a killed save leaves. No process has this id.
 * mkdirSync(join(root, 'step-00000100.tmp-4194305-0123456789ab'));
 * console.log(await sweep(root)); // [ 'step-00000100.tmp-4194305-0123456789ab' ]
 * ```
 */
export async function sweep(root: string, options: FileSystemOptions = {}): Promise<string[]> {
  checkOptions('checkpoint.sweep', options, { fs: true });
  const { fs = machineFileSystem } = options;
  try {
    const present = new Set(await namesIn(fs, root));
    const stale: { name: string; base: string; role: 'tmp' | 'old' }[] = [];
    const live = new Set<string>();
    for (const name of present) {
      const beside = parseBesideName(name);
      if (beside === undefined) continue;
      if (await isStale(fs, join(root, name), beside.pid)) stale.push({ name, ...beside });
      else live.add(beside.base);
    }
    // Leave folders alone while they are being saved: the save may be between its two renames.
    const idle = stale.filter(({ base }) => !live.has(base));

    // Put back a folder that was moved aside and never replaced; if there are several, the newest.
    const asides = idle.filter(({ role }) => role === 'old');
    const names = asides.map(({ name }) => name);
    for (const name of await newestFirst(fs, root, names)) {
      const { base } = asides.find((aside) => aside.name === name)!;
      if (present.has(base)) continue;
      await fs.rename(join(root, name), join(root, base));
      present.add(base);
    }
    const swept = idle.map(({ name }) => name);
    for (const name of swept) await fs.rm(join(root, name), { recursive: true, force: true });
    return swept;
  } catch (error) {
    throw ioError('checkpoint.sweep', 'clear', root, error);
  }
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

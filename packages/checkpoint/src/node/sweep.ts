import { basename, join } from 'node:path';
import { checkOptions } from '@iresnet/core/internal';
import { codeOf } from '@iresnet/core/node';
import {
  ioError,
  machineFileSystem,
  namesIn,
  parentOf,
  parseBesideName,
  type FileSystem,
  type FileSystemOptions,
} from './fileSystem';
import { newestFirst } from './loadCheckpoint';

/** Options of {@link sweep}. */
export interface SweepOptions extends FileSystemOptions {
  /**
   * The caller knows that no other process saves here, by a lock, say: every temporary entry is
   * stale, whatever process runs under the id in its name. Default false.
   */
  readonly exclusive?: boolean;
}

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
export async function sweep(root: string, options: SweepOptions = {}): Promise<string[]> {
  checkOptions('checkpoint.sweep', options, { fs: true, exclusive: true });
  const { fs = machineFileSystem, exclusive = false } = options;
  try {
    return await swept(fs, root, { exclusive });
  } catch (error) {
    throw ioError('checkpoint.sweep', 'clear', root, error);
  }
}

/**
 * Sweep what killed writers of one file or folder left beside it. A failure is left to the next
 * sweep.
 */
export async function sweepBeside(fs: FileSystem, path: string): Promise<void> {
  await swept(fs, parentOf(path), { only: basename(path) }).catch(() => undefined);
}

async function swept(
  fs: FileSystem,
  root: string,
  { exclusive = false, only }: { readonly exclusive?: boolean; readonly only?: string },
): Promise<string[]> {
  const present = new Set(await namesIn(fs, root));
  const stale: { name: string; base: string; role: 'tmp' | 'old' }[] = [];
  const live = new Set<string>();
  for (const name of present) {
    const beside = parseBesideName(name);
    if (beside === undefined || (only !== undefined && beside.base !== only)) continue;
    if (exclusive || (await isStale(fs, join(root, name), beside.pid))) stale.push({ name, ...beside });
    else live.add(beside.base);
  }
  // Leave folders alone while they are being saved: the save may be between its two renames.
  const idle = stale.filter(({ base }) => !live.has(base));

  // Put back a folder that was moved aside and never replaced; if there are several, the newest.
  const asides = idle.filter(({ role }) => role === 'old');
  const dated = await newestFirst(
    fs,
    root,
    asides.map(({ name }) => name),
  );
  for (const name of dated) {
    const { base } = asides.find((aside) => aside.name === name)!;
    if (present.has(base)) continue;
    await fs.rename(join(root, name), join(root, base));
    present.add(base);
  }
  const names = idle.map(({ name }) => name);
  for (const name of names) await fs.rm(join(root, name), { recursive: true, force: true });
  return names;
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

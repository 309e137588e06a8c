import { resolve } from 'node:path';
import { checkOptions } from '@iresnet/core/internal';
import { codeOf } from '@iresnet/core/node';
import { besideName, ioError, machineFileSystem, type FileSystemOptions } from './fileSystem';
import { sweepBeside } from './sweep';

const WHERE = 'checkpoint.removeCheckpoint';

/**
 * Remove a checkpoint, all or nothing: it leaves its name first, so that a process that is killed
 * meanwhile leaves it whole or gone. `sweep`, or the next save, removes what is left beside it.
 *
 * @param dir - The folder. It may be missing.
 * @throws IResNetError of kind `data` when a system call fails.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { hasCheckpoint, removeCheckpoint, saveCheckpoint } from '@iresnet/checkpoint/node';
 *
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'best');
 * await saveCheckpoint(dir, { 'state.json': '{}' });
 * await removeCheckpoint(dir);
 * console.log(hasCheckpoint(dir)); // false
 * ```
 */
export async function removeCheckpoint(dir: string, options: FileSystemOptions = {}): Promise<void> {
  checkOptions(WHERE, options, { fs: true });
  const { fs = machineFileSystem } = options;
  const target = resolve(dir);
  const temporary = besideName(target, 'tmp');
  // A killed save may have moved it aside.
  await sweepBeside(fs, target);
  try {
    await fs.rename(target, temporary);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw ioError(WHERE, 'remove', dir, error);
  }
  // It is gone. `sweep` removes what cannot be removed now.
  await fs.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
}

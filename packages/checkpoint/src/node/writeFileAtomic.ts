import {
  besideName,
  ioError,
  machineFileSystem,
  parentOf,
  syncFolder,
  writeSynced,
  type FileSystemOptions,
} from './fileSystem';

/**
 * Write a file so that any reader, and a crash at any moment, sees the old content or the new, never a part.
 *
 * A temporary file beside it, fsync, rename, fsync of the folder. On failure the temporary file is removed and the old content stays;
 * only when the last step fails, the new content stands and is not known to survive a power cut.
 * On Windows the rename fails while another process holds the file open.
 *
 * @param path - The file; its folder must exist.
 * @param content - Bytes, or text that is written as UTF-8.
 * @throws IResNetError of kind `data` that names the path and the reason.
 *
 * @example
 * ```ts
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { writeFileAtomic } from '@iresnet/checkpoint/node';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'report.json');
 * await writeFileAtomic(path, '{"bitsPerDim": 3.2}');
 * console.log(readFileSync(path, 'utf8'));
 * ```
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  options: FileSystemOptions = {},
): Promise<void> {
  const { fs = machineFileSystem } = options;
  const temporary = besideName(path, 'tmp');
  try {
    await writeSynced(
      fs,
      temporary,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    );
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw ioError('checkpoint.writeFileAtomic', 'write', path, error);
  }
  try {
    await syncFolder(fs, parentOf(path));
  } catch (error) {
    throw ioError('checkpoint.writeFileAtomic', 'make durable', path, error);
  }
}

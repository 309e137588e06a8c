import { checkOptions } from '@iresnet/core/internal';
import { checkBytes } from '../checks';
import {
  besideName,
  ioError,
  machineFileSystem,
  parentOf,
  syncFolder,
  writeSynced,
  type FileSystemOptions,
} from './fileSystem';

const WHERE = 'checkpoint.writeFileAtomic';

/**
 * Write a file so that any reader, also after a crash at any moment, finds the old content or the
 * new one, never a part.
 *
 * It writes a temporary file in the same folder, syncs it, renames it and syncs the folder. On
 * failure the temporary file is removed and the old content stays. Only when the last step fails,
 * the new content is there but may not survive a power cut. On Windows the rename fails while
 * another process holds the file open.
 *
 * @param path - The file. Its folder must exist.
 * @param content - Bytes, or text that is written as UTF-8.
 * @throws IResNetError of kind `data` that names the path and the reason; of kind `argument` for
 * content that is neither.
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
  checkOptions(WHERE, options, { fs: true });
  const { fs = machineFileSystem } = options;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  checkBytes(WHERE, bytes);
  const temporary = besideName(path, 'tmp');
  try {
    await writeSynced(fs, temporary, bytes);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw ioError(WHERE, 'write', path, error);
  }
  try {
    await syncFolder(fs, parentOf(path));
  } catch (error) {
    throw ioError(WHERE, 'make durable', path, error);
  }
}

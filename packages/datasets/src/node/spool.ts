import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from './failure';
import { byteChunks } from './byteChunks';

/**
 * A file that can be read more than once. What comes from a pipe, or from standard input (`-`), is
 * written into a folder, with gzip unpacked; the file is there only when it is whole.
 *
 * @param file - A path, or `-`.
 * @param folder - It is made where it is missing.
 * @returns `file` itself, or the new one, `folder/piped-…`.
 * @throws IResNetError (data) for a device, a pipe that nobody writes to, and a failure of the file
 * system.
 *
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { spooled } from '@iresnet/datasets/node';
 *
 * console.log(await spooled('flowers.csv', tmpdir())); // flowers.csv, since it is not a pipe
 * ```
 */
export async function spooled(file: string, folder: string): Promise<string> {
  const from = file === '-' ? '/dev/stdin' : file;
  if (from === file && !statSync(file, { throwIfNoEntry: false })?.isFIFO()) return file;
  await attempt('write', folder, () => mkdir(folder, { recursive: true }));
  const to = join(folder, `piped-${randomUUID().slice(0, 8)}`);
  await spool(from, to);
  return to;
}

/** Write what comes from a pipe into a file. */
async function spool(from: string, to: string): Promise<void> {
  const part = `${to}.${process.pid}.part`;
  const handle = await attempt('write', part, () => open(part, 'w'));
  try {
    for await (const bytes of byteChunks(from)) await attempt('write', part, () => handle.write(bytes));
    await handle.close();
    await attempt('write', to, () => rename(part, to));
  } catch (error) {
    await handle.close();
    await rm(part, { force: true });
    throw error;
  }
}

import { open, rename, rm } from 'node:fs/promises';
import { attempt } from './failure';
import { byteChunks } from './byteChunks';

/**
 * Write what comes from a pipe into a file, so that it can be read more than once; gzip is
 * unpacked. The file is there only when it is whole.
 *
 * @param from - A pipe or a file.
 * @param to - The file to write.
 * @throws IResNetError (data) for a device, a pipe that nobody writes to, and a failure of the file
 * system.
 */
export async function spool(from: string, to: string): Promise<void> {
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

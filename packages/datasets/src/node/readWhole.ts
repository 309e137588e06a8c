import { IResNetError } from '@iresnet/core';
import { attempt } from './failure';
import { openData } from './openData';

/**
 * The bytes of a regular file that has at most `limit` of them. Its kind and size are known before
 * anything is read.
 *
 * @throws IResNetError (data), naming the file: one that is not regular, larger or unreadable.
 */
export async function readWhole(file: string, limit: number): Promise<Uint8Array> {
  const { handle, size = 0 } = await openData(file);
  try {
    if (size > limit) throw new IResNetError('data', file, `expected at most ${limit} bytes, got ${size}`);
    return await attempt('read', file, () => handle.readFile());
  } finally {
    await handle.close();
  }
}

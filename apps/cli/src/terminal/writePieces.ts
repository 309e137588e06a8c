import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Output } from './output';
import { writeFailure } from './writeFailure';

/** Write text as it comes: to stdout piece by piece, or to a file of which a reader sees all or nothing. */
export async function writePieces(
  output: Output,
  file: string | undefined,
  pieces: AsyncIterable<string>,
): Promise<void> {
  if (file === undefined) {
    for await (const piece of pieces) if (piece !== '') await output.data(piece);
    return;
  }
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const writing = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw writeFailure(file, error);
    }
  };
  const handle = await writing(() => open(temporary, 'wx'));
  try {
    try {
      for await (const piece of pieces) await writing(() => handle.appendFile(piece));
      await writing(() => handle.sync());
    } finally {
      await handle.close();
    }
    await writing(() => rename(temporary, file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  output.log(`wrote ${file}`);
}

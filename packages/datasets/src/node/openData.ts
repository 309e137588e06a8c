import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { IResNetError } from '@iresnet/core';
import { attempt } from './failure';

/** An open file of data. */
export interface OpenData {
  readonly handle: FileHandle;
  /** Bytes of a regular file; undefined for a pipe. */
  readonly size: number | undefined;
}

/**
 * Open a file of data to read it. A folder, a device and a socket are refused before they are
 * opened, since a device may never end.
 *
 * @param pipes - Whether a pipe will do. Its handle does not block: a read gives nothing where
 * nobody writes, and fails with EAGAIN where a writer has nothing yet.
 * @throws IResNetError (data) naming the file.
 */
export async function openData(file: string, { pipes = false } = {}): Promise<OpenData> {
  const refuse = (found: string): never => {
    throw new IResNetError('data', file, `expected a file${pipes ? ' or a pipe' : ''}, got ${found}`);
  };
  const found = await attempt('open', file, () => stat(file));
  if (found.isCharacterDevice() || found.isBlockDevice()) refuse('a device');
  if (found.isSocket()) refuse('a socket');
  if (found.isFIFO()) {
    if (!pipes) refuse('a pipe');
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    return { handle: await attempt('open', file, () => open(file, flags)), size: undefined };
  }
  if (found.isDirectory())
    throw new IResNetError('data', file, 'expected to read it, got: it is a folder (EISDIR)');
  return { handle: await attempt('open', file, () => open(file)), size: found.size };
}

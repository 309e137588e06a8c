import { IResNetError } from '@iresnet/core';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
};

/** Why a file could not be written, in our own words where we have them. */
export function writeFailure(file: string, cause: unknown): IResNetError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const reason = reasons[code] ? `${reasons[code]} (${code})` : message;
  return new IResNetError('data', file, `expected to write it, got: ${reason}`, {}, { cause });
}

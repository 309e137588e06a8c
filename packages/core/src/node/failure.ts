import { IResNetError } from '../errors';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the limit of this process or file system',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
  ELOOP: 'its links lead in a circle',
  ENOTFILE: 'it is a pipe or a device, not a file',
};

/** The code of a failed system call, such as ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Why a system call failed, in our own words where we have them: `the disk is full (ENOSPC)`. */
export function ioReason(error: unknown): string {
  const code = codeOf(error);
  const reason = (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
  return code ? `${reason} (${code})` : reason;
}

/**
 * The result of a system call, or undefined when the file, or a folder above it, does not exist.
 */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Why a file could not be written. */
export function writeFailure(file: string, cause: unknown): IResNetError {
  return new IResNetError('data', file, `expected to write it, got: ${ioReason(cause)}`, {}, { cause });
}

import { IResNetError } from '@iresnet/core';

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
  EEXIST: 'a file is in the way',
};

/** The code of a failed system call, such as ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/**
 * The result of a system call, or an {@link IResNetError} of kind `data` that names the path and
 * the reason.
 *
 * @param doing - The verb of the attempt, such as `read`.
 */
export async function attempt<T>(doing: string, path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof IResNetError) throw error;
    const code = codeOf(error);
    const reason = (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
    const what = `expected to ${doing} it, got: ${reason}${code ? ` (${code})` : ''}`;
    throw new IResNetError('data', path, what, { path, code }, { cause: error });
  }
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

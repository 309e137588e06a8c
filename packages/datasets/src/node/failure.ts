import { IResNetError } from '@iresnet/core';
import { codeOf, ioReason } from '@iresnet/core/node';

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
    const what = `expected to ${doing} it, got: ${ioReason(error)}`;
    throw new IResNetError('data', path, what, { path, code: codeOf(error) }, { cause: error });
  }
}

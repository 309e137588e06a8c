import { IResNetError } from '@iresnet/core';

/**
 * What a decoder gives, or an error of kind `data` that names the file. A decoder that stumbles
 * over damaged bytes says nothing of use, so its message goes only into the cause.
 */
export function damaged<T>(where: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof IResNetError) throw error;
    throw new IResNetError('data', where, 'expected to decode it, got damaged pixels', {}, { cause: error });
  }
}

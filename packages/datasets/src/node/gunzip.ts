import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';
import { IResNetError } from '@iresnet/core';
import { codeOf } from '@iresnet/core/node';

const inflate = promisify(gunzipCallback);

const REASONS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'it is cut off',
  Z_DATA_ERROR: 'it is damaged',
};

/** Whether the bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of a gzip file, verified by its CRC.
 *
 * @param limit - Bytes of content at most. A small file can inflate to gigabytes.
 * @throws IResNetError (data), naming the file: damage, a cut file (with the byte), bytes after the
 * end, content beyond the limit.
 */
export async function gunzip(bytes: Uint8Array, limit: number, file: string): Promise<Uint8Array> {
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (error) {
    const code = codeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    // zlib tells the place of an early end, but not that of damage.
    const place = code === 'Z_BUF_ERROR' ? `byte ${bytes.length}: ` : '';
    const what =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `expected at most ${limit} bytes inside the gzip file, got more`
        : `${place}expected a gzip file, got: ${(code && REASONS[code]) ?? message} (${code}, ${message})`;
    throw new IResNetError('data', file, what, { code }, { cause: error });
  }
}

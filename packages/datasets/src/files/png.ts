import { checkOptions } from '@iresnet/core/internal';
import { readPngFile, type PngHeader } from './pngFile';

/**
 * Verify a PNG file before it is decoded: signature, header, the length and CRC of every chunk, and
 * whether its compressed bytes can hold the pixels that it promises.
 *
 * Call it before any decoder. A decoder allocates what the header says and inflates what the chunks
 * hold, so a few bytes can cost gigabytes. After this check the cost is a few times the size of the
 * image, which has at most 2²⁴ pixels ({@link limits}), as long as the decoder skips the chunks
 * that are not critical. The pixels themselves are not checked. Bytes after the end of the image
 * are ignored. Cost: one pass.
 *
 * @param bytes - The whole file.
 * @param options - `file` names it in errors.
 * @throws IResNetError (data), naming the file and the byte.
 *
 * @example
 * ```ts
 * import { IResNetError } from '@iresnet/core';
 * import { checkPng } from '@iresnet/datasets';
 *
 * try {
 *   checkPng(new TextEncoder().encode('<html>'), { file: 'cat.png' });
 * } catch (error) {
 *   console.log((error as IResNetError).message); // cat.png: byte 0: expected the PNG signature, got 3c 68 74 6d 6c 3e
 * }
 * ```
 *
 * @see https://www.w3.org/TR/png/
 */
export function checkPng(bytes: Uint8Array, options: { readonly file?: string } = {}): PngHeader {
  checkOptions('datasets.checkPng', options, { file: true });
  return readPngFile(bytes, options.file ?? 'datasets.checkPng').header;
}

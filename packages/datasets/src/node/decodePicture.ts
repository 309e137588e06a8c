import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import type { Picture } from '../image/picture';
import { decodeJpeg } from './decodeJpeg';
import { decodePng } from './decodePng';

/** Formats by the first characters of their files, for the error. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^GIF8/, 'a GIF file'],
  [/^RIFF.{4}WEBP/s, 'a WebP file'],
  [/^BM/, 'a BMP file'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF file'],
  [/^.{4}ftyp(avif|avis)/s, 'an AVIF file'],
  [/^.{4}ftyp(hei|hev|mif1)/s, 'a HEIC file'],
  [/^P[1-7]\s/, 'a Netpbm file'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer: fetch the file itself (git lfs pull)'],
  [/^\s*<(!doctype|html)/i, 'an HTML page'],
  [/^\s*<(\?xml|svg)/i, 'an SVG file'],
];

/**
 * The pixels of a PNG or JPEG file; its first bytes say which, whatever its name is.
 *
 * PNG: 1 to 8 bits, interlaced or not; palettes are looked up, levels of 1, 2 and 4 bits become 0 …
 * 255, and a colour that is marked as transparent gets an alpha of 0. JPEG: baseline and
 * progressive, grey and RGB; decoders differ by a few levels, and chroma of a lower resolution is
 * repeated, not smoothed; the picture is turned upright as its EXIF orientation says. The
 * orientation in a PNG file, which few programs write, is not applied; nor are colour profiles and
 * gamma. Of an animation only the first picture is read.
 *
 * Nothing is decoded before the file has passed `checkPng` or `checkJpeg`. The cost is
 * bounded by `limits` of `@iresnet/datasets`.
 *
 * @param bytes - The whole file.
 * @param options - `file` names it in errors.
 * @returns Pixels that the caller owns.
 * @throws IResNetError (data), naming the file: another format, 16 bits a channel, CMYK, damage.
 *
 * @example
 * ```ts
 * import { decodePicture } from '@iresnet/datasets/node';
 *
 * const png =
 *   'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgZAIAAAcABHZJ4ygAAAAA' +
 *   'SUVORK5CYII=';
 * const { shape, data } = decodePicture(Buffer.from(png, 'base64'));
 * console.log(shape, data); // [ 1, 2, 1 ] Uint8Array(2) [ 1, 2 ]
 * ```
 */
export function decodePicture(bytes: Uint8Array, options: { readonly file?: string } = {}): Picture {
  checkOptions('datasets.decodePicture', options, { file: true });
  const where = options.file ?? 'datasets.decodePicture';
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return decodePng(bytes, where);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes, where);
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const known = OTHERS.find(([pattern]) => pattern.test(start))?.[1];
  const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const got = known ?? (first || 'an empty file');
  throw new IResNetError('data', where, `byte 0: expected a PNG or JPEG file, got ${got}`);
}

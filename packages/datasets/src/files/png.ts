import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { limits } from '../limits';
import { crc32 } from './crc32';

/** What the header of a PNG file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a value: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** Values of a pixel; 1 where they point into a palette. */
  readonly channels: number;
  readonly isIndexed: boolean;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Channels and depths of each colour type. */
const COLOURS: Readonly<Record<number, readonly [channels: number, depths: readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
};

/**
 * Verify a PNG file before it is decoded: signature, header, the length and CRC of every chunk, and
 * whether its compressed bytes can hold the pixels that it promises.
 *
 * Call it before any decoder. A decoder allocates what the header says and inflates what the chunks
 * hold, so a few bytes can cost gigabytes. After this check the cost is a few times the size of the
 * image, which has at most 2²⁴ pixels ({@link limits}). The pixels themselves are not checked. Bytes after the end of
 * the image are ignored. Cost: one pass.
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
  const fail = (at: number, what: string): never => {
    throw new IResNetError('data', options.file ?? 'datasets.checkPng', `byte ${at}: ${what}`);
  };
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    const got = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    fail(0, `expected the PNG signature, got ${got || 'an empty file'}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: (PngHeader & { readonly size: number }) | undefined;
  let compressed = 0;
  for (let at = SIGNATURE.length; ;) {
    const left = bytes.length - at;
    const length = left < 12 ? 0 : view.getUint32(at);
    if (left < 12 + length) fail(at, `expected a chunk of ${12 + length} bytes, the file ends after ${left}`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const stored = view.getUint32(at + 8 + length);
    const crc = crc32(bytes.subarray(at + 4, at + 8 + length));
    if (stored !== crc) fail(at, `expected chunk ${type} with CRC ${hex(crc)}, got ${hex(stored)}`);
    if (!header) {
      if (type !== 'IHDR' || length !== 13)
        fail(at, `expected an IHDR chunk of 13 bytes, got ${type} of ${length}`);
      header = readHeader(view, fail);
    }
    if (type === 'IDAT') compressed += length;
    if (type === 'IEND') {
      const { size, ...told } = header;
      // Incompressible pixels are stored, with a few bytes around each block of them.
      if (compressed * limits.pngRatio < size || compressed > 2 * size + 4096) {
        fail(at, `expected the ${size} bytes of the pixels, which ${compressed} compressed ones cannot be`);
      }
      return told;
    }
    at += 12 + length;
  }
}

/** The header, and how many bytes its pixels and filters have before they are compressed. */
function readHeader(view: DataView, fail: (at: number, what: string) => never): PngHeader & { size: number } {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, compression, filter, interlace] = [24, 25, 26, 27, 28].map((at) => view.getUint8(at));
  if (width === 0 || height === 0) fail(16, `expected a size of at least 1 × 1, got ${width} × ${height}`);
  const [channels, depths] = COLOURS[colour!] ?? fail(25, `expected a colour type of PNG, got ${colour}`);
  if (!depths.includes(depth!)) fail(24, `expected ${depths.join(', ')} bits a value, got ${depth}`);
  if (compression !== 0) fail(26, `expected compression method 0, got ${compression}`);
  if (filter !== 0) fail(27, `expected filter method 0, got ${filter}`);
  if (interlace! > 1) fail(28, `expected interlace method 0 or 1, got ${interlace}`);
  const size = height * (1 + Math.ceil((width * channels * depth!) / 8));
  if (width * height > limits.picturePixels)
    fail(16, `expected at most ${limits.picturePixels} pixels, got ${width} × ${height}`);
  return { width, height, depth: depth!, channels, isIndexed: colour === 3, size };
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

import { IResNetError } from '@iresnet/core';
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
  readonly isInterlaced: boolean;
}

/** The parts of a PNG file that decide its pixels. */
export interface PngFile {
  readonly header: PngHeader;
  /** Bytes of the pixels and filters before they are compressed. */
  readonly size: number;
  /** The content of the IDAT chunks, in order. */
  readonly compressed: readonly Uint8Array[];
  /** Red, green and blue of each colour; empty where there is no palette. */
  readonly palette: Uint8Array;
  /** The content of the tRNS chunk; empty where there is none. */
  readonly transparency: Uint8Array;
}

/**
 * Where the passes of an interlaced picture begin, and how far apart their pixels are: x, y, dx,
 * dy.
 */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Channels and depths of each colour type. */
const COLOURS: Readonly<Record<number, readonly [channels: number, depths: readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
};

/** Bytes of the tRNS chunk of each colour type that marks one colour as transparent. */
const MARKED: Readonly<Record<number, number>> = { 0: 2, 2: 6 };

const NONE: Uint8Array = new Uint8Array(0);

/** Take a PNG file apart after every check of `checkPng`, whose errors it throws. */
export function readPngFile(bytes: Uint8Array, where: string): PngFile {
  const fail = (at: number, what: string): never => {
    throw new IResNetError('data', where, `byte ${at}: ${what}`);
  };
  if (PNG_SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    const got = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    fail(0, `expected the PNG signature, got ${got || 'an empty file'}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: (PngHeader & { readonly size: number; readonly colour: number }) | undefined;
  let [palette, transparency] = [NONE, NONE];
  const compressed: Uint8Array[] = [];
  for (let at = PNG_SIGNATURE.length; ;) {
    const left = bytes.length - at;
    const length = left < 12 ? 0 : view.getUint32(at);
    if (left < 12 + length) fail(at, `expected a chunk of ${12 + length} bytes, the file ends after ${left}`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    const stored = view.getUint32(at + 8 + length);
    const crc = crc32(bytes.subarray(at + 4, at + 8 + length));
    if (stored !== crc) fail(at, `expected chunk ${type} with CRC ${hex(crc)}, got ${hex(stored)}`);
    if (!header) {
      if (type !== 'IHDR' || length !== 13)
        fail(at, `expected an IHDR chunk of 13 bytes, got ${type} of ${length}`);
      header = readHeader(view, fail);
    } else if (type === 'IDAT') {
      compressed.push(content);
    } else if (type === 'PLTE') {
      if (palette.length > 0 || length === 0 || length > 768 || length % 3 !== 0)
        fail(at, `expected one palette of 1 to 256 colours of 3 bytes, got ${length} bytes`);
      palette = content;
    } else if (type === 'tRNS') {
      const marked = MARKED[header.colour];
      if (header.isIndexed ? length * 3 > palette.length : marked !== undefined && length !== marked)
        fail(at, `expected the transparency of ${header.isIndexed ? `at most ${palette.length / 3} colours` : `one colour, ${marked} bytes`}, got ${length} bytes`); // prettier-ignore
      if (header.isIndexed || marked !== undefined) transparency = content;
    } else if (type === 'IEND') {
      const { size, colour: _, ...told } = header;
      const total = compressed.reduce((sum, { length: more }) => sum + more, 0);
      // Incompressible pixels are stored, with a few bytes around each block of them.
      if (total * limits.pngRatio < size || total > 2 * size + 4096)
        fail(at, `expected the ${size} bytes of the pixels, which ${total} compressed ones cannot be`);
      if (header.isIndexed && palette.length === 0) fail(at, 'expected a palette before the end, got none');
      return { header: told, size, compressed, palette, transparency };
    } else if (/^[A-Z]/.test(type)) {
      fail(at, `expected the critical chunks IHDR, PLTE, IDAT and IEND, got ${type}`);
    }
    at += 12 + length;
  }
}

/** The header, and how many bytes its pixels and filters have before they are compressed. */
function readHeader(view: DataView, fail: (at: number, what: string) => never) {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, compression, filter, interlace] = [24, 25, 26, 27, 28].map((at) =>
    view.getUint8(at),
  ) as [number, number, number, number, number];
  if (width === 0 || height === 0) fail(16, `expected a size of at least 1 × 1, got ${width} × ${height}`);
  const [channels, depths] = COLOURS[colour] ?? fail(25, `expected a colour type of PNG, got ${colour}`);
  if (!depths.includes(depth)) fail(24, `expected ${depths.join(', ')} bits a value, got ${depth}`);
  if (compression !== 0) fail(26, `expected compression method 0, got ${compression}`);
  if (filter !== 0) fail(27, `expected filter method 0, got ${filter}`);
  if (interlace > 1) fail(28, `expected interlace method 0 or 1, got ${interlace}`);
  if (width * height > limits.pngPixels)
    fail(16, `expected at most ${limits.pngPixels} pixels, got ${width} × ${height}`);
  const isInterlaced = interlace === 1;
  const size = passesOf({ width, height, isInterlaced }).reduce(
    (sum, pass) => sum + pass.height * (1 + Math.ceil((pass.width * channels * depth) / 8)),
    0,
  );
  const isIndexed = colour === 3;
  return { width, height, depth, channels, isIndexed, isInterlaced, size, colour };
}

/** The sizes of the passes that have pixels; a picture that is not interlaced is one pass. */
export function passesOf({
  width,
  height,
  isInterlaced,
}: Pick<PngHeader, 'width' | 'height' | 'isInterlaced'>) {
  return (isInterlaced ? PASSES : [[0, 0, 1, 1] as const])
    .map(([x, y, dx, dy]) => {
      return { x, y, dx, dy, width: Math.ceil((width - x) / dx), height: Math.ceil((height - y) / dy) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

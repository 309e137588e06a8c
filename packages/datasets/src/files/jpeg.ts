import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { limits } from '../limits';
import { orientationOf } from './exif';

/** What the headers of a JPEG file say. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colours. */
  readonly channels: 1 | 3;
  /**
   * Whether the colours are stored as red, green and blue instead of brightness and two chromas.
   */
  readonly isRgb: boolean;
  readonly isProgressive: boolean;
  /** How EXIF data says that the camera was held, 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** Bytes of the image; what follows in the file is not of it. */
  readonly length: number;
}

type Fail = (at: number, what: string) => never;

/** The frame: sizes, and how many blocks of 8 × 8 values each component has. */
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly ids: readonly number[];
  /** Of each component, in the order of `ids`. */
  readonly blocks: readonly number[];
  readonly isProgressive: boolean;
}

/** Frames that are not Huffman-coded pictures of 8 bits in one layer. */
const OTHERS: Readonly<Record<number, string>> = {
  0xc3: 'a lossless picture',
  0xc9: 'arithmetic coding',
  0xca: 'arithmetic coding',
  0xcb: 'a lossless picture',
  0xcc: 'arithmetic coding',
};

/**
 * Verify a JPEG file before it is decoded: its markers and the lengths between them, one frame of 8
 * bits, its end, and whether its compressed bytes can hold the blocks that it promises.
 *
 * Call it before any decoder. A decoder allocates what the frame says, and visits each block again
 * in each scan, so a few bytes can cost gigabytes or minutes. Baseline, extended and progressive
 * pictures of one or three components pass; lossless, arithmetic, hierarchical and CMYK ones do
 * not. The pixels themselves are not checked: unlike PNG, the format has no checksums. Cost: one
 * pass.
 *
 * @param bytes - The whole file. Bytes after the end of the image are ignored.
 * @param options - `file` names it in errors.
 * @throws IResNetError (data), naming the file and the byte.
 *
 * @example
 * ```ts
 * import { IResNetError } from '@iresnet/core';
 * import { checkJpeg } from '@iresnet/datasets';
 *
 * try {
 *   checkJpeg(Uint8Array.of(0xff, 0xd8, 0xff), { file: 'cat.jpg' });
 * } catch (error) {
 *   console.log((error as IResNetError).message); // cat.jpg: byte 2: expected a marker, the file ends after 3 bytes
 * }
 * ```
 *
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function checkJpeg(bytes: Uint8Array, options: { readonly file?: string } = {}): JpegHeader {
  checkOptions('datasets.checkJpeg', options, { file: true });
  const fail: Fail = (at, what) => {
    throw new IResNetError('data', options.file ?? 'datasets.checkJpeg', `byte ${at}: ${what}`);
  };
  if (!(bytes[0] === 0xff && bytes[1] === 0xd8))
    fail(0, `expected the JPEG marker ff d8, got ${bytes.length === 0 ? 'an empty file' : hex(bytes)}`);
  let frame: Frame | undefined;
  let [orientation, scans, compressed, visits] = [1, 0, 0, 0];
  let [jfif, adobe] = [false, -1];
  for (let at = 2; ;) {
    const start = at;
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // fill bytes
    if (at + 2 > bytes.length) fail(start, `expected a marker, the file ends after ${bytes.length} bytes`);
    if (bytes[at] !== 0xff) fail(at, `expected a marker, got ${hex(bytes.subarray(at, at + 1))}`);
    const marker = bytes[at + 1]!;
    at += 2;
    if (marker === 0xd9) {
      if (!frame || scans === 0) fail(start, 'expected a picture before the end of the image, got none');
      const { width, height, ids, isProgressive } = frame!;
      const blocks = total(frame!.blocks);
      // A block has a code for its mean, and a baseline one has another for its end.
      if (8 * compressed < blocks * (isProgressive ? 1 : 2))
        fail(start, `expected ${blocks} blocks, which ${compressed} compressed bytes cannot be`);
      const isRgb = ids.length === 3 && (adobe === 0 || (adobe === -1 && !jfif && ids.join() === '82,71,66'));
      const channels = ids.length as 1 | 3;
      return { width, height, channels, isRgb, isProgressive, orientation, length: at };
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue; // without content
    const length = at + 2 > bytes.length ? 0 : (bytes[at]! << 8) | bytes[at + 1]!;
    if (length < 2 || at + length > bytes.length)
      fail(start, `expected a segment of ${Math.max(length, 2)} bytes, ${bytes.length - at} are left`);
    const content = bytes.subarray(at + 2, at + length);
    at += length;
    if (marker >= 0xc0 && marker <= 0xc2) {
      if (frame) fail(start, 'expected one frame, got another');
      frame = readFrame(content, marker === 0xc2, start, fail);
    } else if ((marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4) || marker === 0xde || marker === 0xdf) {
      fail(start, `expected baseline or progressive JPEG, got ${OTHERS[marker] ?? 'layers of pictures'}`);
    } else if (marker === 0xda) {
      if (++scans > limits.jpegScans) fail(start, `expected at most ${limits.jpegScans} scans, got more`);
      visits += blocksOfScan(
        content,
        frame ?? fail(start, 'expected a frame before the first scan'),
        start,
        fail,
      );
      if (visits > limits.jpegVisits)
        fail(start, `expected scans that visit at most ${limits.jpegVisits} blocks, got more`);
      const end = endOfScan(bytes, at);
      compressed += end - at;
      at = end;
    } else if (marker === 0xe0) {
      jfif ||= startsWith(content, 'JFIF\0');
    } else if (marker === 0xe1 && startsWith(content, 'Exif\0\0')) {
      orientation = orientationOf(content.subarray(6));
    } else if (marker === 0xee && startsWith(content, 'Adobe') && content.length >= 12) {
      adobe = content[11]!;
    }
  }
}

function readFrame(content: Uint8Array, isProgressive: boolean, start: number, fail: Fail): Frame {
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = content;
  const [height, width] = [(h1 << 8) | h0, (w1 << 8) | w0];
  if (content.length < 6 || content.length !== 6 + 3 * count)
    fail(start, `expected a frame of ${6 + 3 * count} bytes, got ${content.length}`);
  if (precision !== 8) fail(start, `expected 8 bits a channel, got ${precision}`);
  if (width === 0 || height === 0) fail(start, `expected a size of at least 1 × 1, got ${width} × ${height}`);
  if (width * height > limits.jpegPixels)
    fail(start, `expected at most ${limits.jpegPixels} pixels, got ${width} × ${height}`);
  if (count !== 1 && count !== 3)
    fail(start, `expected 1 or 3 components, got ${count}${count === 4 ? ' (CMYK); save it as RGB' : ''}`);
  const parts = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0] = content.subarray(6 + 3 * i, 9 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15 };
  });
  if (parts.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4))
    fail(start, 'expected sampling factors of 1 to 4, got others');
  if (new Set(parts.map(({ id }) => id)).size < count) fail(start, 'expected components of different ids');
  const [mostH, mostV] = [Math.max(...parts.map(({ h }) => h)), Math.max(...parts.map(({ v }) => v))];
  const blocks = parts.map(
    ({ h, v }) =>
      Math.ceil(Math.ceil((width * h) / mostH) / 8) * Math.ceil(Math.ceil((height * v) / mostV) / 8),
  );
  return { width, height, ids: parts.map(({ id }) => id), blocks, isProgressive };
}

/** Blocks of the components of a scan. */
function blocksOfScan(content: Uint8Array, { ids, blocks }: Frame, start: number, fail: Fail): number {
  const [count = 0] = content;
  if (count < 1 || count > 4 || content.length !== 4 + 2 * count)
    fail(start, `expected a scan of 1 to 4 components, got ${count} in ${content.length} bytes`);
  for (let i = 0; i < count; i++) {
    const id = content[1 + 2 * i]!;
    if (!ids.includes(id)) fail(start, `expected a scan of the components ${ids.join(', ')}, got ${id}`);
  }
  return total(Array.from({ length: count }, (_, i) => blocks[ids.indexOf(content[1 + 2 * i]!)]!));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Where the compressed data that begins at `at` ends: at a marker other than a restart. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (let next = at; ; next++) {
    next = bytes.indexOf(0xff, next);
    if (next === -1) return bytes.length;
    const marker = bytes[next + 1];
    if (marker === undefined || !(marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)))
      return next;
  }
}

function startsWith(content: Uint8Array, text: string): boolean {
  return Array.from(text).every((character, i) => content[i] === character.charCodeAt(0));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

import { deflateSync, inflateSync } from 'node:zlib';
import { IResNetError } from '@iresnet/core';
import { decode } from 'fast-png';
import { crc32 } from '../files/crc32';
import { passesOf, PNG_SIGNATURE, readPngFile, type PngFile, type PngHeader } from '../files/pngFile';
import type { Picture } from '../image/picture';
import { damaged } from './damaged';

/** The pixels of a PNG file: palettes are looked up, and marked colours become transparent. */
export function decodePng(bytes: Uint8Array, where: string): Picture {
  const file = readPngFile(bytes, where);
  const { header } = file;
  if (header.depth === 16)
    throw new IResNetError('data', where, `byte 24: expected 8 bits a channel, got ${header.depth}`);
  const values = damaged(where, () => valuesOf(file));
  const { width, height } = header;
  const size = width * height * header.channels;
  if (values.length !== size)
    throw new IResNetError('data', where, `expected ${size} values of pixels, got ${values.length}`);
  const data = coloured(values, file, where);
  return { shape: [height, width, data.length / (width * height)], data };
}

/** A byte for each value of each pixel, as it is stored. */
function valuesOf({ header, compressed, size }: PngFile): Uint8Array {
  const { width, height, channels, depth } = header;
  const all = Buffer.concat(compressed);
  const raw = inflateSync(all, { maxOutputLength: size + 1 });
  if (raw.length !== size) throw new RangeError(`expected ${size} bytes of pixels, got ${raw.length}`);
  if (!header.isInterlaced || depth === 8) return unpacked(decodePass(header, all), header);
  // Each pass is a picture of its own, which is not interlaced.
  const values = new Uint8Array(width * height * channels);
  let at = 0;
  for (const { x, y, dx, dy, ...pass } of passesOf(header)) {
    const end = at + pass.height * (1 + Math.ceil((pass.width * depth) / 8));
    const part = { ...header, ...pass, isInterlaced: false };
    const those = unpacked(decodePass(part, deflateSync(raw.subarray(at, end), { level: 0 })), part);
    those.forEach((value, i) => {
      values[(y + dy * Math.floor(i / pass.width)) * width + x + dx * (i % pass.width)] = value;
    });
    at = end;
  }
  return values;
}

/**
 * The bytes of pixels that the decoder finds. It sees nothing but a header and compressed pixels.
 */
function decodePass({ width, height, depth, channels, isInterlaced }: PngHeader, compressed: Uint8Array) {
  const fields = Buffer.alloc(13);
  fields.writeUInt32BE(width);
  fields.writeUInt32BE(height, 4);
  // The indices of a palette are read as levels of grey.
  fields.set([depth, [0, 0, 4, 2, 6][channels]!, 0, 0, Number(isInterlaced)], 8);
  const png = [
    PNG_SIGNATURE,
    chunk('IHDR', fields),
    chunk('IDAT', compressed),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return decode(Buffer.concat(png)).data as Uint8Array;
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const block = Buffer.alloc(12 + content.length);
  block.writeUInt32BE(content.length);
  block.write(type, 4, 'latin1');
  block.set(content, 8);
  block.writeUInt32BE(crc32(block.subarray(4, 8 + content.length)), 8 + content.length);
  return block;
}

/** A byte for each value of rows that are packed to whole bytes. */
function unpacked(packed: Uint8Array, { width, height, depth }: PngHeader): Uint8Array {
  if (depth === 8) return packed;
  const stride = Math.ceil((width * depth) / 8);
  const values = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let bit = 0; bit < width * depth; bit += depth)
      values[i++] = (packed[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  }
  return values;
}

/** Levels of 0 … 255, with alpha where the file has transparency. */
function coloured(
  values: Uint8Array,
  { header: { isIndexed, channels, depth }, palette, transparency }: PngFile,
  where: string,
): Uint8Array {
  const alpha = transparency.length > 0 ? 1 : 0;
  if (isIndexed) {
    const colours = palette.length / 3;
    const data = new Uint8Array(values.length * (3 + alpha));
    values.forEach((index, i) => {
      if (index >= colours)
        throw new IResNetError(
          'data',
          where,
          `expected a palette of more than ${index} colours, got ${colours}`,
        );
      data.set(palette.subarray(3 * index, 3 * index + 3), i * (3 + alpha));
      if (alpha) data[i * 4 + 3] = transparency[index] ?? 255;
    });
    return data;
  }
  const scale = 255 / (2 ** depth - 1);
  const levels = scale === 1 ? values : values.map((value) => value * scale);
  if (!alpha) return levels;
  // Two bytes of each value mark the transparent colour; the first is 0 up to eight bits.
  const marked = Array.from(
    { length: channels },
    (_, c) => 256 * transparency[2 * c]! + transparency[2 * c + 1]!,
  );
  const data = new Uint8Array((values.length / channels) * (channels + 1));
  for (let i = 0, to = 0; i < values.length; i += channels, to += channels + 1) {
    data.set(levels.subarray(i, i + channels), to);
    data[to + channels] = marked.every((value, c) => value === values[i + c]) ? 0 : 255;
  }
  return data;
}

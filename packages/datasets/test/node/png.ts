import { crc32, deflateSync } from 'node:zlib';

/** What stands in the header of {@link png} where it is not an 8-bit grey image. */
export interface PngFields {
  readonly depth?: number;
  readonly colour?: number;
  readonly compression?: number;
  readonly filter?: number;
  readonly interlace?: number;
}

export const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A chunk with its length and CRC. */
export function chunk(type: string, data: Uint8Array): Uint8Array {
  const block = Buffer.alloc(12 + data.length);
  block.writeUInt32BE(data.length);
  block.write(type, 4, 'latin1');
  block.set(data, 8);
  block.writeUInt32BE(crc32(block.subarray(4, 8 + data.length)), 8 + data.length);
  return block;
}

export function header(width: number, height: number, fields: PngFields = {}): Uint8Array {
  const { depth = 8, colour = 0, compression = 0, filter = 0, interlace = 0 } = fields;
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, compression, filter, interlace], 8);
  return chunk('IHDR', data);
}

export const end = chunk('IEND', new Uint8Array(0));

/** A PNG file of rows that each have a filter byte. A palette has two colours. */
export function png(width: number, height: number, rows: Uint8Array, fields: PngFields = {}): Uint8Array {
  const palette = fields.colour === 3 ? [chunk('PLTE', Uint8Array.of(1, 2, 3, 4, 5, 6))] : [];
  const pixels = chunk('IDAT', deflateSync(rows));
  return Buffer.concat([signature, header(width, height, fields), ...palette, pixels, end]);
}

/** A grey PNG file of one row. */
export function greyRow(...values: number[]): Uint8Array {
  return png(values.length, 1, Uint8Array.of(0, ...values));
}

import { encode } from 'fast-png';

/** Pixels of 8 bits a channel, row by row from the upper left. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Bytes that are turned into characters at a time: a function takes only so many arguments. */
const PIECE = 8192;

/** The bytes of a PNG file. */
export function pngBytes(raster: Raster): Uint8Array {
  return encode({ ...raster, depth: 8 });
}

/** A PNG file as a data URI, in Node and in a browser. */
export function pngUri(raster: Raster): string {
  const bytes = pngBytes(raster);
  let characters = '';
  for (let i = 0; i < bytes.length; i += PIECE)
    characters += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return `data:image/png;base64,${btoa(characters)}`;
}

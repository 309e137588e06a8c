import { readFileSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';
import { checkPng } from '@iresnet/datasets';
import { convertIndexedToRgb, decode } from 'fast-png';
import { reading } from '../terminal/readText';

/** The pixels of a file, row-major, the channels of a pixel together. */
export interface Pixels {
  readonly shape: readonly [number, number, number];
  readonly data: Uint8Array;
}

/**
 * Read a PNG file of 8 bits a channel, or one with a palette.
 *
 * @throws IResNetError of kind `data` naming the file.
 */
export function readPng(file: string): Pixels {
  const bytes = reading(file, 'a PNG file', () => readFileSync(file));
  checkPng(bytes, { file });
  const { width, height, channels, depth, data } = reading(file, 'a PNG file', () => decodePng(bytes));
  if (depth !== 8) throw new IResNetError('data', file, `byte 24: expected 8 bits a channel, got ${depth}`);
  return { shape: [height, width, channels], data: Uint8Array.from(data) };
}

/** The pixels of a PNG file that `checkPng` has let pass; the colours of a palette are looked up. */
export function decodePng(bytes: Uint8Array) {
  const { palette, ...decoded } = decode(bytes);
  if (!palette) return decoded;
  const data = convertIndexedToRgb({ ...decoded, palette });
  return { ...decoded, data, depth: 8, channels: data.length / (decoded.width * decoded.height) };
}

/**
 * The same picture with so many channels, where nothing is lost by that: opaque alpha goes, and so do colours that are greys.
 *
 * @returns The picture as it was where it cannot be.
 */
export function withChannels(pixels: Pixels, channels: number): Pixels {
  const { shape, data } = pixels;
  const [height, width, have] = shape;
  const colours = have < 3 ? 1 : 3;
  const opaque = have === colours || data.every((value, i) => i % have < colours || value === 255);
  const greys = colours === 1 || data.every((value, i) => i % have >= 3 || value === data[i - (i % have)]);
  if (have === channels || !opaque || !(channels === colours || (channels === 1 && greys))) return pixels;
  return {
    shape: [height, width, channels],
    data: data.filter((_, i) => i % have < channels),
  };
}

import { deflateSync } from 'node:zlib';
import type { Rng } from '@iresnet/core';
import { chunk, end, header, signature } from './png';

/** A random PNG file, and what it shows, both made from the same numbers. */
export interface RandomPng {
  readonly bytes: Uint8Array;
  readonly shape: readonly [number, number, number];
  readonly pixels: readonly number[];
}

/** Origin and distance of the pixels of each pass, as the specification draws them. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * A PNG file with random values and a random filter for each row. Each value is written bit by bit,
 * so that nothing here is shared with a decoder.
 */
export function randomPng(
  rng: Rng,
  fields: { colour: number; depth: number; interlace: number; marked: boolean },
): RandomPng {
  const { colour, depth, interlace, marked } = fields;
  const stream = rng.uniform([4096]).dataSync();
  let drawn = 0;
  const below = (n: number) => Math.min(n - 1, Math.floor(stream[drawn++ % stream.length]! * n));
  const [width, height] = [1 + below(12), 1 + below(12)];
  const channels = CHANNELS[colour]!;
  const values = Array.from({ length: width * height * channels }, () => below(2 ** depth));
  const rows: Uint8Array[] = [];
  for (const [x0, y0, dx, dy] of interlace ? ADAM7 : [[0, 0, 1, 1] as const]) {
    let above: Uint8Array | undefined;
    for (let y = y0; y < height && x0 < width; y += dy) {
      let bits = '';
      for (let x = x0; x < width; x += dx) {
        const at = (y * width + x) * channels;
        for (const value of values.slice(at, at + channels)) bits += value.toString(2).padStart(depth, '0');
      }
      while (bits.length % 8 > 0) bits += below(2); // what fills the last byte means nothing
      const row = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => parseInt(byte, 2));
      rows.push(filtered(row, above, Math.max(1, (channels * depth) / 8), below(5)));
      above = row;
    }
  }
  const palette = Array.from({ length: colour === 3 ? 3 * 2 ** depth : 0 }, () => below(256));
  const clear = !marked
    ? []
    : colour === 3
      ? Array.from({ length: 1 + below(2 ** depth) }, () => below(256))
      : values.slice(0, channels);
  const chunks = [
    header(width, height, { colour, depth, interlace }),
    ...(colour === 3 ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    ...(marked ? [chunk('tRNS', Uint8Array.from(colour === 3 ? clear : clear.flatMap((v) => [0, v])))] : []),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    end,
  ];
  const shown = Array.from({ length: width * height }, (_, i) => {
    const own = values.slice(i * channels, (i + 1) * channels);
    if (colour === 3) {
      const [index] = own as [number];
      return [...palette.slice(3 * index, 3 * index + 3), ...(marked ? [clear[index] ?? 255] : [])];
    }
    const levels = own.map((value) => (value * 255) / (2 ** depth - 1));
    return marked ? [...levels, own.every((value, c) => value === clear[c]) ? 0 : 255] : levels;
  });
  return {
    bytes: Buffer.concat([signature, ...chunks]),
    shape: [height, width, shown[0]!.length],
    pixels: shown.flat(),
  };
}

/** A row behind the byte of its filter: 0 none, 1 left, 2 above, 3 mean, 4 Paeth. */
function filtered(row: Uint8Array, above: Uint8Array | undefined, step: number, filter: number): Uint8Array {
  return Uint8Array.from([0, ...row], (value, at) => {
    if (at === 0) return filter;
    const i = at - 1;
    const left = i < step ? 0 : row[i - step]!;
    const up = above?.[i] ?? 0;
    const corner = i < step ? 0 : (above?.[i - step] ?? 0);
    const guess = left + up - corner;
    const nearest = [left, up, corner].reduce((best, next) =>
      Math.abs(guess - next) < Math.abs(guess - best) ? next : best,
    );
    return value - [0, left, up, (left + up) >> 1, nearest][filter]!;
  });
}

import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random';

/** The same PNG file with the CRC of each chunk made right, so that a change gets past it. */
export function repairPng(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  for (let at = 8; at + 12 <= file.length;) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) break;
    file.writeUInt32BE(crc32(file.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return file;
}

/** A PNG file of some kind and a small size around rows of pixels; mostly so many as it needs. */
export function pngAround(rows: Uint8Array, random: Random): Uint8Array {
  const [width, height] = [1 + random.below(12), 1 + random.below(12)];
  const colour = random.pick([0, 0, 2, 3, 3, 4, 6]);
  const depth = colour === 0 || colour === 3 ? random.pick([1, 2, 4, 8]) : 8;
  const channels = [1, 0, 3, 1, 2, 0, 4][colour]!;
  const needed = Buffer.alloc(height * (1 + Math.ceil((width * channels * depth) / 8)));
  needed.set(rows.subarray(0, needed.length));
  const pixels = random.chance(0.8) ? needed : rows;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, random.below(8) === 0 ? 1 : 0], 8);
  const chunks = [
    ['IHDR', header],
    ['PLTE', Buffer.from(rows.subarray(0, 3 * (1 + random.below(16))))],
    ['IDAT', deflateSync(pixels)],
    ['IEND', Buffer.alloc(0)],
  ] as const;
  const blocks = chunks.map(([type, content]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(type), content, Buffer.alloc(4)]);
  });
  return repairPng(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...blocks]));
}

/** The same tar archive with the checksum of each block that could be a header made right. */
export function repairTar(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  for (let at = 0; at + 512 <= file.length; at += 512) {
    const block = file.subarray(at, at + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.write('        ', 148, 'latin1');
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return file;
}

/** A tar archive of one file. */
export function tarOf(name: string, content: Uint8Array): Uint8Array {
  const block = Buffer.alloc(512);
  block.write(name);
  block.write('0000644\0', 100);
  block.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  block.write('0', 156);
  block.write('ustar\x0000', 257, 'latin1');
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return repairTar(Buffer.concat([block, content, padding, Buffer.alloc(1024)]));
}

/** The same safetensors file whose first eight bytes give the length of the JSON behind them. */
export function repairSafetensors(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  let depth = 0;
  for (let at = 8; at < file.length; at++) {
    if (file[at] === 0x7b) depth++;
    if (file[at] === 0x7d && --depth === 0) {
      while (file[at + 1] === 0x20) at++;
      file.writeBigUInt64LE(BigInt(at - 7), 0);
      break;
    }
  }
  return file;
}

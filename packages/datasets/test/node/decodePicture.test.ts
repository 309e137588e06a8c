import { readdirSync, readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import { checkJpeg } from '../../src';
import { decodePicture } from '../../src/node';
import { failure } from '../failure';
import { chunk, end, header, png, signature } from './png';
import { randomPng } from './randomPng';

const folder = new URL('../fixtures/pictures/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));

/** Pixels as Pillow 13 reads them (`truth.py` beside the pictures). */
const truth = JSON.parse(readFileSync(new URL('truth.json', folder), 'utf8')) as Readonly<
  Record<string, { readonly shape: readonly number[]; readonly pixels: string }>
>;

/** Files that are refused, and why. Each PNG file that does not stand here must equal Pillow's. */
const refused: Readonly<Record<string, RegExp>> = {
  'empty.png': /^empty\.png: byte 0: expected a PNG or JPEG file, got an empty file$/,
  'gray16.png': /^gray16\.png: byte 24: expected 8 bits a channel, got 16$/,
  'pal-no-plte.png': /^pal-no-plte\.png: byte 95: expected a palette before the end, got none$/,
  'pal2-out-of-range.png': /^pal2-out-of-range\.png: expected a palette of more than 3 colours, got 3$/,
  'truncated.png': /^truncated\.png: byte 33: expected a chunk of 275 bytes, the file ends after 267$/,
  'truncated.jpg': /^truncated\.jpg: byte \d+: expected a marker, the file ends after \d+ bytes$/,
  'cmyk.jpg': /^cmyk\.jpg: byte \d+: expected 1 or 3 components, got 4 \(CMYK\); save it as RGB$/,
};

/**
 * How many levels a decoder of JPEG may differ, at most and on average. The standard leaves the
 * rounding of the inverse transform open, some 3 levels after the colours are mixed. Where chroma
 * has a lower resolution, Pillow smooths it and this decoder repeats it: that differs as much as
 * the colours of neighbours do, in one of the fixtures noise.
 */
function tolerance(name: string): { readonly most: number; readonly mean: number } {
  if (name === 'jpeg-named.png') return { most: 60, mean: 16 };
  if (/42[02]/.test(name)) return { most: 40, mean: 6 };
  return name.endsWith('.jpg') ? { most: 3, mean: 0.7 } : { most: 0, mean: 0 };
}

describe('decodePicture', () => {
  it.each(readdirSync(folder).filter((name) => /\.(png|jpg)$/.test(name)))('%s', (name) => {
    const decode = () => decodePicture(read(name), { file: name });
    if (refused[name]) {
      expect(failure('data', decode)).toMatch(refused[name]);
      return;
    }
    const { shape, data } = decode();
    const pixels = Buffer.from(truth[name]!.pixels, 'base64');
    expect(shape).toEqual(truth[name]!.shape);
    expect(data.length).toBe(pixels.length);
    const apart = pixels.map((level, i) => Math.abs(level - data[i]!));
    expect(Math.max(...apart)).toBeLessThanOrEqual(tolerance(name).most);
    expect(apart.reduce((sum, by) => sum + by, 0) / apart.length).toBeLessThanOrEqual(tolerance(name).mean);
  });

  const kinds = [
    { colour: 0, depths: [1, 2, 4, 8] },
    { colour: 2, depths: [8] },
    { colour: 3, depths: [1, 2, 4, 8] },
    { colour: 4, depths: [8] },
    { colour: 6, depths: [8] },
  ].flatMap(({ colour, depths }) =>
    depths.flatMap((depth) =>
      [0, 1].flatMap((interlace) =>
        (colour < 4 ? [false, true] : [false]).map((marked) => ({ colour, depth, interlace, marked })),
      ),
    ),
  );
  it.each(kinds)(
    'reads PNG of colour type $colour, $depth bits, interlace $interlace, tRNS $marked',
    (kind) => {
      const rng = createRng(kind.colour * 100 + kind.depth);
      for (let i = 0; i < 12; i++) {
        const { bytes, shape, pixels } = randomPng(rng.split(i), kind);
        const picture = decodePicture(bytes);
        expect(picture.shape).toEqual(shape);
        expect([...picture.data]).toEqual(pixels);
      }
    },
  );

  it('names the format of other files', () => {
    const message = (start: string) => failure('data', () => decodePicture(Buffer.from(start, 'latin1')));
    expect(message('GIF89a......')).toMatch(/expected a PNG or JPEG file, got a GIF file$/);
    expect(message('RIFF....WEBPVP8 ')).toMatch(/got a WebP file$/);
    expect(message('\0\0\0\x20ftypheic')).toMatch(/got a HEIC file$/);
    expect(message('version https://git-lfs.github.com/spec/v1\n')).toMatch(/got a Git LFS pointer: fetch/);
    expect(message('<!DOCTYPE html>')).toMatch(/got an HTML page$/);
    expect(message('text')).toMatch(/got 74 65 78 74$/);
  });

  it('does not inflate what is not of the pixels', () => {
    // A colour profile of a few bytes that unpacks to many: only its chunk is checked.
    const profile = chunk('iCCP', Buffer.from('p\0\0not deflate at all', 'latin1'));
    const file = Buffer.concat([
      signature,
      header(1, 1),
      profile,
      png(1, 1, Uint8Array.of(0, 9)).subarray(33),
    ]);
    expect([...decodePicture(file).data]).toEqual([9]);
    const unknown = Buffer.concat([signature, header(1, 1), chunk('CgBI', new Uint8Array(4)), end]);
    expect(failure('data', () => decodePicture(unknown))).toMatch(
      /expected the critical chunks .*, got CgBI$/,
    );
  });

  it('refuses pixels that are missing, too many or damaged', () => {
    for (const rows of [1, 3]) {
      const file = png(1, 2, new Uint8Array(2 * rows));
      expect(failure('data', () => decodePicture(file))).toMatch(
        /expected to decode it, got damaged pixels$/,
      );
    }
    const grey = read('grey.jpg');
    const scan = Buffer.from(grey).indexOf(Buffer.of(0xff, 0xda));
    const zeros = grey.map((byte, i) => (i > scan + 20 && i < grey.length - 2 ? 0x11 : byte));
    expect(() => decodePicture(zeros)).toThrow(/damaged pixels$/);
  });
});

describe('checkJpeg', () => {
  const frame = (height: number, width: number, components = 1, sampling = 0x11) =>
    segment(0xc0, [
      ...[8, height >> 8, height & 255, width >> 8, width & 255, components],
      ...Array.from({ length: components }, (_, i) => [i + 1, sampling, 0]).flat(),
    ]);
  const segment = (marker: number, content: readonly number[]) => [
    ...[0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255],
    ...content,
  ];
  const scan = segment(0xda, [1, 1, 0, 0, 63, 0]);
  const start = [0xff, 0xd8];
  const over = [0xff, 0xd9];

  it.each<[string, readonly number[], string]>([
    ['nothing', [], 'byte 0: expected the JPEG marker ff d8, got an empty file'],
    ['no end', [...start, ...frame(8, 8), ...scan, 1, 2], 'byte 27: expected a marker, the file ends after 27 bytes'],
    ['no picture', [...start, ...over], 'byte 2: expected a picture before the end of the image, got none'],
    ['a segment without content', [...start, 0xff, 0xdb, 0, 1], 'byte 2: expected a segment of 2 bytes, 2 are left'],
    ['a segment beyond the end', [...start, 0xff, 0xdb, 9, 9, 1], 'byte 2: expected a segment of 2313 bytes, 3 are left'],
    ['no marker', [...start, 7, 7], 'byte 2: expected a marker, got 07'],
    ['a huge claim', [...start, ...frame(65535, 65535), ...over], 'byte 2: expected at most 8388608 pixels, got 65535 × 65535'],
    ['no height', [...start, ...frame(0, 8), ...over], 'byte 2: expected a size of at least 1 × 1, got 8 × 0'],
    ['two frames', [...start, ...frame(8, 8), ...frame(8, 8), ...over], 'byte 15: expected one frame, got another'],
    ['sampling of 0', [...start, ...frame(8, 8, 3, 0), ...over], 'byte 2: expected sampling factors of 1 to 4, got others'],
    ['a size that its bytes cannot hold', [...start, ...frame(2000, 3000), ...scan, 1, 2, ...over], 'byte 27: expected 93750 blocks, which 2 compressed bytes cannot be'],
    ['arithmetic coding', [...start, ...segment(0xc9, [8, 0, 8, 0, 8, 1, 1, 17, 0])], 'byte 2: expected baseline or progressive JPEG, got arithmetic coding'],
    ['a scan before the frame', [...start, ...scan], 'byte 2: expected a frame before the first scan'],
    ['a scan of another component', [...start, ...frame(8, 8), ...segment(0xda, [1, 9, 0, 0, 63, 0])], 'byte 15: expected a scan of the components 1, got 9'],
    ['scans that visit a large picture again and again', [...start, ...frame(2896, 2896), ...Array.from({ length: 17 }, () => [...scan, 1]).flat()], 'byte 191: expected scans that visit at most 2097152 blocks, got more'],
    ['scans without end', [...start, ...frame(8, 8), ...Array.from({ length: 65 }, () => [...scan, 1]).flat()], 'byte 719: expected at most 64 scans, got more'],
  ])('refuses %s', (_, bytes, message) => {
    expect(failure('data', () => checkJpeg(Uint8Array.from(bytes), { file: 'f' }))).toBe(`f: ${message}`);
  }); // prettier-ignore

  it('tells what the headers say', () => {
    expect(checkJpeg(read('exif-6.jpg'))).toMatchObject({
      width: 16,
      height: 8,
      channels: 1,
      orientation: 6,
    });
    expect(checkJpeg(read('rgb-stored.jpg'))).toMatchObject({ channels: 3, isRgb: true });
    expect(checkJpeg(read('progressive.jpg'))).toMatchObject({ isProgressive: true, isRgb: false });
  });
});

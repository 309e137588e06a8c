/**
 * Every format with every fault that it can have, through the public functions. Each ends in an
 * error of kind `data` that names the file and the place, and leaves the folders as they were. What
 * is tested deeper elsewhere:
 *
 * | fault             | IDX, CIFAR, npy      | CSV         | PNG              | tar         | gzip              | download            |
 * | ----------------- | -------------------- | ----------- | ---------------- | ----------- | ----------------- | ------------------- |
 * | cut               | here, `parsers`      | here        | here, every byte | here, `tar` | here              | here, `download`    |
 * | magic             | here, `parsers`      | here        | here             | here        | here              | –                   |
 * | length            | here, `parsers`      | here, `table` | here           | here, `tar` | here              | here, `download`    |
 * | value             | here (label, type)   | here,`table`| here (fields)    | here, `tar` | –                 | here (HTTP status)  |
 * | bomb              | here (header)        | –           | here             | here, `tar` | here              | here (without end)  |
 * | path, link        | –                    | –           | –                | here, `tar` | –                 | `download`          |
 * | checksum          | –                    | –           | here, every bit  | here, `tar` | here              | here, `download`    |
 * | another version   | –                    | –           | –                | –           | –                 | here, `download`    |
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkPng, parseCifar, parseIdx, parseNpy, parseTable, readTar, toNpy } from '../src/index';
import { cifar10, cifar100, download, imageFolder, mnist, type DownloadProgress } from '../src/node';
import { failure, rejection } from './failure';
import { folders } from './node/folder';
import { cifarSource, idxSource } from './node/published';
import { chunk, end, greyRow, header, png, signature } from './node/png';
import { file, received, serve, status, type Answer, type Server } from './node/server';
import { fill, filesIn, idx, images, labels, ramp, record, tar } from './node/sets';
import { sha256 } from './node/sha256';

const newFolder = folders();
let cache: string;
beforeEach(() => vi.stubEnv('IRESNET_CACHE', (cache = newFolder())));
afterEach(() => vi.unstubAllEnvs());

const bytes = (...parts: (number | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
const text = (content: string) => new TextEncoder().encode(content);
/** A copy with other bytes at a place. */
function changed(content: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(content);
  copy.set(values, at < 0 ? copy.length + at : at);
  return copy;
}
const flipped = (content: Uint8Array, at: number) => changed(content, at, content.at(at)! ^ 1);
const zip = text('PK\x03\x04 something else altogether');

type Row = readonly [fault: string, content: Uint8Array, message: string | RegExp];
/** Expect of each row the error `FILE: message`. */
function refuses(name: string, parse: (content: Uint8Array) => unknown, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows)('refuses %s', (_, content, message) => {
      const said = failure('data', () => parse(content));
      expect(said.slice(0, 3)).toBe('f: ');
      if (typeof message === 'string') expect(said.slice(3)).toBe(message);
      else expect(said.slice(3)).toMatch(message);
    });
  });
}

refuses('IDX', (content) => parseIdx(content, { file: 'f' }), [
  ['nothing', bytes(), 'byte 0: expected the 4 bytes of an IDX magic number, got 0'],
  ['a cut magic number', bytes(0, 0, 8), 'byte 0: expected the 4 bytes of an IDX magic number, got 3'],
  ['a cut header', images(1).slice(0, 15), 'byte 4: expected 16 bytes of header for rank 3, got 15'],
  ['cut values', images(1).slice(0, -1), /^byte 16: expected 800 bytes in all .*, got 799$/],
  ['bytes behind the end', bytes(images(1), 0), /^byte 16: expected 800 bytes in all .*, got 801$/],
  ['another format', zip, 'byte 0: expected an IDX file to start with 0 0, got 80 75'],
  ['a compressed file', gzipSync(images(1)), /^byte 0: .* compressed by gzip$/],
  ['an unknown type', idx([1], ramp(1), 7), /^byte 2: expected an IDX type .*, got 7$/],
  ['a header of 2⁹⁶ values', changed(idx([1, 1, 1], ramp(1)), 4, ...new Array<number>(12).fill(255)), /^byte 16: .* got 17$/], // prettier-ignore
]);

refuses('CIFAR-10', (content) => parseCifar(content, { variant: 'cifar10', file: 'f' }), [
  ['nothing', bytes(), 'record 0, byte 0: expected 3073 bytes, got 0'],
  ['a cut record', bytes(record(0, 1), record(0, 2).slice(0, -1)), 'record 1, byte 3073: expected 3073 bytes, got 3072'], // prettier-ignore
  ['bytes behind the end', bytes(record(0, 1), 7), 'record 1, byte 3073: expected 3073 bytes, got 1'],
  ['records of CIFAR-100', record(0, 1, 2), 'record 1, byte 3073: expected 3073 bytes, got 1'],
  ['a label out of range', bytes(record(0, 1), record(0, 10)), 'record 1, byte 3073: expected a label of at most 9, got 10'], // prettier-ignore
]);
refuses('CIFAR-100', (content) => parseCifar(content, { variant: 'cifar100', file: 'f' }), [
  ['a superclass out of range', record(0, 20, 0), 'record 0, byte 0: expected a label of at most 19, got 20'],
  ['a class out of range', record(0, 0, 100), 'record 0, byte 1: expected a label of at most 99, got 100'],
]);

const numbers = toNpy(Float32Array.of(1, 2, 3), [3]);
/** The file with other words in its header. */
const saying = (from: string, to: string) =>
  Uint8Array.from(Buffer.from(Buffer.from(numbers).toString('latin1').replace(from, to), 'latin1'));
refuses('npy', (content) => parseNpy(content, { file: 'f' }), [
  ['nothing', bytes(), 'byte 0: expected at least 10 bytes of npy header, got 0'],
  ['another format', zip, /^byte 0: expected the npy magic number/],
  ['another version', changed(numbers, 6, 9), 'byte 6: expected npy version 1.0, 2.0 or 3.0, got 9.0'],
  ['a cut header', numbers.slice(0, 100), 'byte 8: expected a header of 118 bytes, got 90 up to the end'],
  ['a header without end', changed(numbers, 8, 255, 255), /^byte 8: expected a header of at most 10000/],
  ['a header that is no dictionary', saying("'shape'", "'share'"), /^byte 10, npy header: expected \{/],
  ['objects', saying('<f4', '|O8'), /^byte 10, npy header: .*Python objects/],
  ['an unknown type', saying('<f4', '<f3'), /^byte 10, npy header: expected one of the types .*'f3'$/],
  ['cut values', numbers.slice(0, -1), 'byte 128: expected 12 bytes of data for shape [3], got 11'],
  ['bytes behind the end', bytes(numbers, 0), 'byte 128: expected 12 bytes of data for shape [3], got 13'],
  ['a shape of 4 TB', saying(`(3,), }${' '.repeat(11)}`, '(999999999999,), }'), /^byte 128: expected 3999999999996 .* got 12$/], // prettier-ignore
]);

refuses('CSV', (content) => parseTable(new TextDecoder().decode(content), { file: 'f' }), [
  ['nothing', text(''), 'expected a table, found no text'],
  ['a header alone', text('a,b\n'), 'expected rows below the header, found none'],
  ['a cut record', text('a,b\n1,2\n3'), 'line 3: expected 2 fields, found 1'],
  ['a cut quote', text('a,b\n1,"2'), 'line 2: a quoted field is not closed'],
  ['text behind a long field', text(`a\n"${'x'.repeat(1e6)}"y\n`), `line 2: expected a separator after the closing quote of "${'x'.repeat(40)}…", found 'y'`], // prettier-ignore
  ['another format', text('\x89PNG\r\n\x1a\n'), 'expected rows below the header, found none'],
  ['a longer record', text('a,b\n1,2\n1,2,3\n'), 'line 3: expected 2 fields, found 3'],
  ['an empty line', text('a\n1\n\n2\n'), /^line 3/],
  [
    'a missing value',
    text('a,b\n1,\n'),
    "line 2, column 'b': expected a finite number, found nothing; columns of numbers: a",
  ],
  [
    'a word',
    text('a,b\n1,x\n'),
    "line 2, column 'b': expected a finite number, found 'x'; columns of numbers: a",
  ],
  ['infinity', text('a\n1e999\n'), "line 2, column 'a': expected a finite number, found '1e999'"],
  [
    'two columns of a name',
    text('a,a\n1,2\n'),
    "two columns are named 'a'; name them apart, or choose others",
  ],
]);

const archive = tar({ a: ramp(600), b: ramp(3) });
refuses('tar', (content) => readTar(content, ['a', 'b'], { file: 'f' }), [
  ['nothing', bytes(), "expected a file 'a' in the archive, found none"],
  ['a cut header', archive.slice(0, 100), 'byte 0: expected a header of 512 bytes, the archive ends'],
  ['a cut file', archive.slice(0, 1000), 'byte 0: expected a file of at most 488 bytes, got a size of 600'],
  ['another format', bytes(zip, new Uint8Array(1024)), /^byte 0: expected a tar header with checksum/],
  ['a wrong checksum', flipped(archive, 1536), /^byte 1536: expected a tar header with checksum/],
  ['a file that is elsewhere', tar({ a: ramp(1), '../b': ramp(1), '/b': ramp(1), 'x/../b': ramp(1) }), "expected a file 'b' in the archive, found none"], // prettier-ignore
]);

const grey = greyRow(10, 20, 30);
const from = (...chunks: Uint8Array[]) => bytes(signature, ...chunks);
refuses('PNG', (content) => checkPng(content, { file: 'f' }), [
  ['nothing', bytes(), 'byte 0: expected the PNG signature, got an empty file'],
  ['another format', zip, 'byte 0: expected the PNG signature, got 50 4b 03 04 20 73 6f 6d'],
  ['a signature alone', signature, 'byte 8: expected a chunk of 12 bytes, the file ends after 0'],
  ['a cut chunk', grey.slice(0, 40), 'byte 33: expected a chunk of 12 bytes, the file ends after 7'],
  ['a file without an end', grey.slice(0, -12), /^byte \d+: expected a chunk of 12 bytes, .* after 0$/],
  ['a chunk of 4 GB', from(header(1, 1), bytes(255, 255, 255, 255, text('IDAT'), new Uint8Array(9))), 'byte 33: expected a chunk of 4294967307 bytes, the file ends after 17'], // prettier-ignore
  ['no header', from(end), 'byte 8: expected an IHDR chunk of 13 bytes, got IEND of 0'],
  ['a header of another length', from(chunk('IHDR', ramp(12))), /^byte 8: .* got IHDR of 12$/],
  ['a wrong checksum', flipped(grey, -1), 'byte 57: expected chunk IEND with CRC ae426082, got ae426083'],
  ['no width', from(header(0, 1), end), 'byte 16: expected a size of at least 1 × 1, got 0 × 1'],
  ['a wrong depth', from(header(1, 1, { depth: 4, colour: 2 }), end), 'byte 24: expected 8, 16 bits a value, got 4'], // prettier-ignore
  ['a wrong colour type', from(header(1, 1, { colour: 5 }), end), /^byte 25: .* got 5$/],
  ['another compression', from(header(1, 1, { compression: 1 }), end), /^byte 26: .* got 1$/],
  ['another filter', from(header(1, 1, { filter: 1 }), end), /^byte 27: .* got 1$/],
  ['another interlacing', from(header(1, 1, { interlace: 2 }), end), /^byte 28: .* got 2$/],
  ['no pixels', from(header(1, 1), end), 'byte 33: expected the 2 bytes of the pixels, which 0 compressed ones cannot be'], // prettier-ignore
  ['a size of 2⁶² pixels', png(2 ** 31 - 1, 2 ** 31 - 1, ramp(1)), 'byte 16: expected at most 16777216 pixels, got 2147483647 × 2147483647'], // prettier-ignore
  ['a size that its bytes cannot hold', png(4000, 4000, ramp(1)), /^byte \d+: expected the 16004000 bytes/], // prettier-ignore
  [
    'a bomb',
    png(1, 1, new Uint8Array(2 ** 23)),
    /^byte \d+: expected the 2 bytes of the pixels, which \d{4} /,
  ],
]);

describe('PNG', () => {
  it('is taken in every colour type, interlaced or not, with bytes behind it', () => {
    for (const colour of [0, 2, 3, 4, 6]) {
      const channels = [1, 1, 3, 1, 2, 1, 4][colour]!;
      for (const interlace of [0, 1]) {
        const content = bytes(png(2, 1, ramp(1 + 2 * channels), { colour, interlace }), text('tail'));
        expect(checkPng(content)).toEqual({ width: 2, height: 1, depth: 8, channels, isIndexed: colour === 3, isInterlaced: interlace === 1 }); // prettier-ignore
      }
    }
    // The most and the least that an encoder makes of pixels: noise, and one colour.
    const noise = Uint8Array.from({ length: 65 * 64 }, (_, i) => (i * i * 7919) >> 5);
    expect(checkPng(png(64, 64, noise)).width).toBe(64);
    expect(checkPng(png(4000, 4000, new Uint8Array(4001 * 4000))).width).toBe(4000);
  });

  it('is refused with any bit changed, and cut anywhere', () => {
    for (let at = 0; at < grey.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const what = failure('data', () => checkPng(changed(grey, at, grey[at]! ^ (1 << bit))));
        expect(what, `bit ${bit} of byte ${at}`).toMatch(/^datasets\.checkPng: byte \d+: expected/);
      }
      const what = failure('data', () => checkPng(grey.slice(0, at)));
      expect(what, `cut to ${at}`).toMatch(/^datasets\.checkPng: byte \d+: expected/);
    }
  });
});

type Files = Readonly<Record<string, Uint8Array>>;
/** Expect of each folder an error that begins with `FOLDER/`, and nothing written. */
function refusesFolders(
  name: string,
  load: (dir: string) => Promise<unknown>,
  rows: readonly (readonly [fault: string, files: Files, message: RegExp])[],
): void {
  describe(name, () => {
    it.each(rows)('refuses a folder with %s', async (_, files, message) => {
      const dir = fill(newFolder(), files);
      const before = filesIn(dir);
      const said = await rejection('data', load(dir));
      expect(said.startsWith(dir)).toBe(true);
      expect(said.slice(dir.length + 1)).toMatch(message);
      expect(filesIn(dir)).toEqual(before);
      expect(filesIn(cache)).toEqual([]);
    });
  });
}
const offline: typeof fetch = () => Promise.reject(new Error('a request'));

const pair = (imageFile: Uint8Array, labelFile: Uint8Array, suffix = ''): Files => ({
  [`train-images-idx3-ubyte${suffix}`]: imageFile,
  [`train-labels-idx1-ubyte${suffix}`]: labelFile,
});
const packed = gzipSync(images(2));
const I = 'train-images-idx3-ubyte';
const L = 'train-labels-idx1-ubyte';
refusesFolders('mnist', (dir) => mnist({ split: 'train', dir, fetch: offline }), [
  ['cut images', pair(images(2).slice(0, -1), labels(0, 1)), /^train-images-idx3-ubyte: byte 16: /],
  ['cut labels', pair(images(2), labels(0, 1).slice(0, -1)), /^train-labels-idx1-ubyte: byte 8: /],
  ['images of another format', pair(zip, labels(0)), /^train-images-idx3-ubyte: byte 0: /],
  ['labels in the place of images', pair(labels(0), labels(0)), new RegExp(`^${I}: byte 2: expected bytes`)],
  ['images in the place of labels', pair(images(1), images(1)), new RegExp(`^${L}: byte 2: expected bytes`)],
  ['images of another size', pair(idx([1, 27, 28], ramp(756)), labels(0)), new RegExp(`^${I}: byte 2: .* \\[1, 27, 28\\]$`)], // prettier-ignore
  ['no images', pair(images(0), labels()), new RegExp(`^${I}: byte 4: expected images, got none$`)],
  ['too few labels', pair(images(2), labels(0)), new RegExp(`^${L}: byte 4: .* each of 2 images .* got 1$`)],
  ['a label out of range', pair(images(2), labels(0, 10)), new RegExp(`^${L}: byte 9: .* got 10 for image 1$`)], // prettier-ignore
  ['no labels', { [I]: images(1) }, /^ expected train-labels-idx1-ubyte \(or \.gz\) next to train-images/],
  ['a cut gzip file', pair(packed.subarray(0, -9), labels(0, 1), '.gz'), new RegExp(`^${I}\\.gz: byte ${packed.length - 9}: expected a gzip file, got: it is cut off`)], // prettier-ignore
  [
    'a gzip header alone',
    pair(packed.subarray(0, 5), labels(0, 1), '.gz'),
    new RegExp(`^${I}\\.gz: byte 5: `),
  ],
  ['a gzip file of another checksum', pair(flipped(packed, -6), labels(0, 1), '.gz'), /\.gz: expected a gzip file, got: it is damaged \(.*incorrect data check\)$/], // prettier-ignore
  ['a gzip file of another length', pair(flipped(packed, -2), labels(0, 1), '.gz'), /\.gz: expected a gzip file, got: it is damaged \(.*incorrect length check\)$/], // prettier-ignore
  ['bytes behind the gzip file', pair(bytes(packed, text('tail')), labels(0, 1), '.gz'), /\.gz: expected a gzip file/], // prettier-ignore
  ['a gzip file of another format', pair(gzipSync(zip), labels(0), '.gz'), new RegExp(`^${I}\\.gz: byte 0: expected an IDX`)], // prettier-ignore
  ['a gzip bomb', pair(gzipSync(new Uint8Array(48_000_001), { level: 1 }), labels(0), '.gz'), /\.gz: expected at most 48000000 bytes inside/], // prettier-ignore
  ['a folder in the place of a file', { [`${I}/x`]: bytes(), [L]: labels(0) }, new RegExp(`^${I}: expected to read it, got: it is a folder`)], // prettier-ignore
]);

const batch = (i: number) => `cifar-10-batches-bin/data_batch_${i}.bin`;
const batches: Files = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [batch(i), record(i, i)]));
const tarred = tar(batches);
const tgz = (content: Uint8Array): Files => ({ 'cifar-10-binary.tar.gz': content });
refusesFolders('cifar10', (dir) => cifar10({ split: 'train', dir, fetch: offline }), [
  ['a cut batch', { 'data_batch_2.bin': record(0, 1).slice(1) }, /^data_batch_2\.bin: record 0, byte 0: .* got 3072$/], // prettier-ignore
  ['a label out of range', { 'data_batch_2.bin': record(0, 10) }, /^data_batch_2\.bin: record 0, byte 0: .* got 10$/], // prettier-ignore
  [
    'a cut archive',
    tgz(gzipSync(tarred).subarray(0, -100)),
    /^cifar-10-binary\.tar\.gz: byte \d+: .* cut off/,
  ],
  ['an archive cut before it was packed', tgz(gzipSync(tarred.subarray(0, 9000))), /^cifar-10-binary\.tar\.gz: byte 8192: expected a file of at most 296 bytes/], // prettier-ignore
  ['an archive of another format', tgz(zip), /^cifar-10-binary\.tar\.gz: byte 0: expected a header/],
  [
    'a compressed file that is no archive',
    tgz(gzipSync(images(1))),
    /^cifar-10-binary\.tar\.gz: byte 148: expected a number .* in a tar header$/,
  ],
  ['a wrong checksum of gzip', tgz(flipped(gzipSync(tarred), -6)), /^cifar-10-binary\.tar\.gz: .* damaged/],
  ['a wrong checksum of tar', tgz(gzipSync(flipped(tarred, 4096))), /^cifar-10-binary\.tar\.gz: byte 4096: .* checksum/], // prettier-ignore
  ['a bad record in the archive', tgz(gzipSync(tar({ ...batches, [batch(3)]: record(0, 77) }))), /^cifar-10-binary\.tar\.gz: cifar-10-batches-bin\/data_batch_3\.bin: record 0, byte 0: .* got 77$/], // prettier-ignore
  ['a batch that only leads elsewhere', tgz(gzipSync(tar({ ...batches, [batch(5)]: ramp(0), [`../${batch(5)}`]: record(0, 1) }))), /data_batch_5\.bin: record 0, byte 0: expected 3073 bytes, got 0$/], // prettier-ignore
]);
refusesFolders('cifar100', (dir) => cifar100({ split: 'test', dir, fetch: offline }), [
  ['a label out of range', { 'cifar-100-binary/test.bin': record(0, 19, 100) }, /^cifar-100-binary.test\.bin: record 0, byte 1: .* got 100$/], // prettier-ignore
]);

refusesFolders('imageFolder', (dir) => imageFolder(dir), [
  [
    'a cut image',
    { 'a/1.png': grey, 'b/2.png': grey.slice(0, -1) },
    /^b.2\.png: byte 57: expected a chunk of 12/,
  ],
  [
    'a text',
    { 'a/1.png': text('<html>') },
    /^a.1\.png: byte 0: expected a PNG or JPEG file, got an HTML page$/,
  ],
  ['a wrong checksum', { 'a/1.png': flipped(grey, 45) }, /^a.1\.png: byte 33: expected chunk IDAT with CRC/],
  ['another size', { 'a/1.png': grey, 'a/2.png': greyRow(1, 2) }, /^a.2\.png: expected an image \[1, 3, 1\] as .*1\.png, got \[1, 2, 1\]$/], // prettier-ignore
  ['transparency beside none', { 'a/1.png': grey, 'a/2.png': png(3, 1, ramp(7), { colour: 4 }) }, /^a.2\.png: expected opaque pixels as in .*1\.png, which has no alpha channel, got transparent ones$/], // prettier-ignore
  ['pixels that are missing', { 'a/1.png': png(3, 1, ramp(2)) }, /^a.1\.png: expected to decode it, got damaged pixels$/], // prettier-ignore
  ['pixels that cannot be inflated', { 'a/1.png': from(header(1, 1), chunk('IDAT', ramp(10)), end) }, /^a.1\.png: expected to decode it/], // prettier-ignore
  ['a bomb', { 'a/1.png': png(3, 1, new Uint8Array(2 ** 23)) }, /^a.1\.png: byte \d+: expected the 4 bytes/],
]);

describe('a server', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  async function start(...answers: Answer[]): Promise<Server> {
    servers.push(await serve(...answers));
    return servers.at(-1)!;
  }
  const onProgress = ({ loaded }: DownloadProgress) => (received.bytes = loaded);
  beforeEach(() => (received.bytes = 0));

  const { url, bytes: size } = idxSource('mnist').test.images;
  const wrong = new Uint8Array(size);
  const content = ramp(3000);
  const etag = '"v1"';
  const path = () => join(cache, 'file.bin');

  // Through the sets: every request goes to the server of the test, and no content is the published
  // one.
  const endless: Answer = (_, response) => {
    const timer = setInterval(() => response.write(new Uint8Array(2 ** 19)), 1);
    response.on('close', () => clearInterval(timer));
  };
  it.each<[string, Answer, RegExp, number]>([
    ['has other content', file(wrong, { etag }), /t10k-images-idx3-ubyte\.gz: expected sha256 8d42\S+, got [0-9a-f]{64} from https:/, 2], // prettier-ignore
    ['has a page in its place', file(text('<html>'), { etag }), new RegExp(`^${url}: expected ${size} bytes, the server has 6$`), 1], // prettier-ignore
    ['does not come to an end', endless, new RegExp(`^${url}: expected ${size} bytes, got more$`), 1],
    ['does not have it', status(404), new RegExp(`^${url}: expected HTTP 200, got 404`), 1],
    ['leads in circles', status(302, { location: '/file' }), /: expected at most 20 redirections, got more$/, 21], // prettier-ignore
  ])('that %s leaves the cache empty', async (_, answer, message, requests) => {
    const server = await start(answer);
    const toServer: typeof fetch = (_input, init) => fetch(server.url, init);
    expect(await rejection('data', mnist({ split: 'test', fetch: toServer, onProgress }))).toMatch(message);
    expect(server.requests.length).toBe(requests);
    expect(filesIn(cache)).toEqual([]);
    if (requests > 1) return;
    expect(await rejection('data', cifar10({ split: 'test', fetch: toServer }))).toContain(
      cifarSource('cifar10').archive.url,
    );
    expect(filesIn(cache)).toEqual([]);
  });

  it('that cuts the line every time leaves the part and nothing else', async () => {
    const server = await start(file(content, { etag, cut: 1000 }), file(content, { etag, cut: 0 }));
    const said = await rejection('data', download(server.url, path(), { bytes: 3000, onProgress }));
    expect(said).toMatch(new RegExp(`^${server.url}: .* \\(1000 bytes are there\\)`));
    expect(filesIn(cache)).toEqual(['file.bin.incomplete/data', 'file.bin.incomplete/validator']);
  });

  it('that was cut off by a fault of its own is taken up by the next call', async () => {
    const server = await start(
      file(content, { etag, cut: 1000 }),
      status(404),
      file(content, { etag, cut: 500 }),
      file(content, { etag }),
    );
    const get = () => download(server.url, path(), { sha256: sha256(content), onProgress });
    expect(await rejection('data', get())).toContain(`${server.url}: expected HTTP 200, got 404`);
    expect(filesIn(cache)).toEqual(['file.bin.incomplete/data', 'file.bin.incomplete/validator']);
    await get();
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-', 'bytes=1000-', 'bytes=1500-']); // prettier-ignore
    expect(filesIn(cache)).toEqual(['file.bin']);
    expect(readFileSync(path())).toEqual(Buffer.from(content));
  });

  const other = content.map((byte) => byte ^ 1);
  it.each<[string, Answer[]]>([
    ['ignores ranges', [file(content, { etag, range: 'ignored' })]],
    ['has a new version for a moment', [file(other, { etag: '"v2"' }), file(content, { etag })]],
    ['mixes versions', [file(other, { etag, range: 'blindly' }), file(content, { etag })]],
  ])('that cuts the line and %s gives the file in the end', async (_, answers) => {
    const server = await start(file(content, { etag, cut: 1000 }), ...answers);
    await download(server.url, path(), { sha256: sha256(content), onProgress });
    expect(filesIn(cache)).toEqual(['file.bin']);
    expect(readFileSync(path())).toEqual(Buffer.from(content));
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another file', other, /file\.bin: expected sha256 \S+, got \S+ from http:/],
    ['a longer file', bytes(content, 1), /\/file: expected 3000 bytes, the server has 3001$/],
    ['a shorter file', content.slice(1), /\/file: expected 3000 bytes, the server has 2999$/],
  ])('that cuts the line and then has %s leaves nothing', async (_, now, message) => {
    const server = await start(file(content, { etag, cut: 1000 }), file(now, { etag: '"v2"' }));
    const options = { sha256: sha256(content), bytes: 3000, onProgress };
    expect(await rejection('data', download(server.url, path(), options))).toMatch(message);
    expect(filesIn(cache)).toEqual([]);
  });

  it('that breaks while the old file is there takes nothing away', async () => {
    fill(cache, { 'file.bin': other });
    const server = await start(status(403));
    await rejection('data', download(server.url, path(), { sha256: sha256(content) }));
    expect(readFileSync(path())).toEqual(Buffer.from(other));
    expect(filesIn(cache)).toEqual(['file.bin']);
  });
});

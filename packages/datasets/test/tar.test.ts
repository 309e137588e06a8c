import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IResNetError } from '@iresnet/core';
import { readTar } from '../src/index';
import { failure } from './failure';

/**
 * Written by Python's tarfile in its three formats: a folder `set`, `set/a.bin`, `../evil`, `/abs`,
 * a symbolic link `set/link` to /etc/passwd, a hard link `set/hard` to ../evil, and 600 times `x`
 * under a name that the old header has no room for.
 */
const archives = {
  ustar:
    'H4sIAAAAAAACA+3YTQ6DIBCGYY7iCQRksOehlURTYhuxP8cv7ZKadNGCNH7PRncu3oyMejtzlpgIWqLXNYivC/etVppVmmVw8bOZwiPZNvnQ39T7YVy1v47674hCf4H+yfXWuRODraprbq+DW/n9T/H8C0WY/xySx4eicbP36+9/6m3/Ezj/s8iQHwrf/90wHov6/pOS2nD+N9zOB3423t86zH+6/r2ZurL6C2oVq2SO5XTj/ccfW/qV8KG/lCrqT9Q0/77/Pwer+0Km/neABLBZAQAAAAAAAACU4QFEnLTtACgAAA==',
  gnu: 'H4sIAAAAAAACA+3YTY6DIBgGYI7CCUDwE7ZzAC9Bq2lNjTbi/Bx/SBezYNp00YIkvs8Gw/bN94O+XyVLrAoM0e0M4vPOtyHbMN6wDD796hbO2U75kL8Th2HaNP8myt9SuOIV8k/u3I/jzGCvhJD91zBu3P8p7v/WEuo/h+ThQ9GkO/jt97/63/5HmP9ZZIgfCt//x2G6FPX+U4p0mP9a9utRXp333x3qP13+Z7d0ZeVfka4ZVzmW053nL6SQH+08ndp0TeBB7n+Za2vi9781mvEW8z9L/XcvkNNGEv+zQv7vy/9J/1eqjvp/rSwZ7P85/AAkgM4KAAAAAABQll89O1DrACgAAA==',
  pax: 'H4sIAAAAAAACA+3Yuw6CMBgF4M4+BU/QCy0YBxNHR1+hShOIBA1F5fEtDg7VxMG0NOF8S1kahpP/AtYMjATGnVKp1+n455fnspAFyQoSwc0OunevJMtkXf6aHptu1vwLL/+1Ui5/jvyDq03bXggsFaXM3Jt25v6v/PrnUqH+YwgePiSN6aOdf/+TH/sfx/yPIkL8kPj+3zbdOanvPyFU6eZ/zsxwYldt7aNC/YfLv9Z9lVb+XJWSZCLGcrrw/CmjbHfQ497oyvTh8v+S+ztzydd+/rlw83/E/A9ObDbZVQ/1dmoE1R9YN5Pp59UKg/yP/h869h/9Xwjp9X+ZuwvY/2MYAQJAZwUAAAAAAEjLE+bbQ6cAKAAA',
} as const;
type Format = keyof typeof archives;
const formats = Object.keys(archives) as Format[];
const archive = (format: Format) => new Uint8Array(gunzipSync(Buffer.from(archives[format], 'base64')));
const longName = (format: Format) => `set/${'d'.repeat(60)}/${'n'.repeat(format === 'ustar' ? 80 : 120)}.bin`;

const ascii = (text: string) => new TextEncoder().encode(text);

/** A header block by the ustar standard, and the blocks of its content. */
function entry(
  name: string,
  content: Uint8Array | string,
  change: (block: Uint8Array) => void = () => undefined,
  type = '0',
): Uint8Array {
  const data = typeof content === 'string' ? ascii(content) : content;
  const block = new Uint8Array(512 + Math.ceil(data.length / 512) * 512);
  block.set(ascii(name));
  block.set(ascii(`${data.length.toString(8).padStart(11, '0')}\0`), 124);
  block.set(ascii(type), 156);
  block.set(ascii('ustar\x0000'), 257);
  change(block);
  block.fill(32, 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.set(ascii(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  block.set(data, 512);
  return block;
}

const tar = (...entries: Uint8Array[]) =>
  Uint8Array.from([...entries, new Uint8Array(1024)].flatMap((e) => [...e]));
const pax = (...records: string[]) =>
  entry('pax', records.map((r) => withLength(r)).join(''), undefined, 'x');

/** `length key=value\n`, the length counting itself. */
function withLength(record: string): string {
  const rest = ` ${record}\n`;
  let length = ascii(rest).length + 1;
  while (String(length).length + ascii(rest).length !== length) length++;
  return `${length}${rest}`;
}

describe.each(formats)('an archive in the %s format', (format) => {
  it('gives the files that are asked for, and no others', () => {
    const bytes = archive(format);
    const files = readTar(bytes, [longName(format), 'set/a.bin']);
    expect([...files.keys()]).toEqual([longName(format), 'set/a.bin']);
    expect([...files.get(longName(format))!]).toEqual(Array.from('x'.repeat(600), (c) => c.charCodeAt(0)));
    expect(new TextDecoder().decode(files.get('set/a.bin'))).toBe('hello');
    expect(files.get('set/a.bin')!.buffer).toBe(bytes.buffer);
    expect(readTar(bytes, []).size).toBe(0);
  });

  it('gives no link, no folder and nothing that is not there', () => {
    for (const name of ['set/link', 'set/hard', 'set']) {
      expect(failure('data', () => readTar(archive(format), [name]))).toMatch(/regular file|found none/);
    }
    for (const name of ['evil', 'abs', 'etc/passwd', '/etc/passwd', 'constructor', '']) {
      expect(failure('data', () => readTar(archive(format), [name], { file: 'x.tar' }))).toBe(
        `x.tar: expected a file '${name}' in the archive, found none`,
      );
    }
  });

  it('finds a damaged header anywhere', () => {
    for (const at of [0, 124, 140, 148, 156, 257, 500]) {
      const bytes = archive(format);
      bytes[at]! ^= 1;
      expect(
        failure('data', () => readTar(bytes, [])),
        `byte ${at}`,
      ).toMatch(/byte \d+: expected/);
    }
  });

  it('finds a cut before the end of the files', () => {
    const bytes = archive(format);
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
    for (let length = 0; length < end; length += 97) {
      const read = () => readTar(bytes.slice(0, length), [longName(format)], { file: 'x.tar' });
      expect(failure('data', read), `cut to ${length}`).toMatch(/^x\.tar: /);
    }
  });
});

describe('readTar', () => {
  it('reads names by PAX, GNU and prefix, sizes by PAX and base-256, and old type flags', () => {
    const base256 = (block: Uint8Array) => block.set([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], 124);
    const cases: [Uint8Array, string][] = [
      [tar(pax('path=ümlaut', 'mtime=1.5'), entry('other', 'abc')), 'ümlaut'],
      [
        tar(
          pax('size=3'),
          entry('a', 'abc', (b) => b.fill(0, 124, 136)),
        ),
        'a',
      ],
      [tar(entry('././@LongLink', 'long/name\0', undefined, 'L'), entry('other', 'abc')), 'long/name'],
      [tar(entry('b', 'abc', (b) => b.set(ascii('pre/fix'), 345))), 'pre/fix/b'],
      [tar(entry('a', 'abc', base256)), 'a'],
      [tar(entry('a', 'abc', undefined, '\0')), 'a'],
      [tar(entry('pax', withLength('path=all'), undefined, 'g'), entry('a', 'abc')), 'a'],
      // A symbolic link has no content, whatever its size says.
      [
        tar(
          entry('l', '', (b) => b.set(ascii('00000001000'), 124), '2'),
          entry('a', 'abc'),
        ),
        'a',
      ],
    ];
    for (const [bytes, name] of cases) {
      expect(new TextDecoder().decode(readTar(bytes, [name]).get(name)), name).toBe('abc');
    }
  });

  it('applies a PAX header to the next file alone', () => {
    const bytes = tar(pax('path=first'), entry('x', 'abc'), entry('second', 'def'));
    expect([...readTar(bytes, ['first', 'second']).keys()]).toEqual(['first', 'second']);
  });

  it('refuses headers that lie', () => {
    const size = (text: string) => (block: Uint8Array) => block.set(ascii(text), 124);
    const binary = (first: number, rest: number) => (block: Uint8Array) =>
      block.set([first, ...new Array<number>(11).fill(rest)], 124);
    const refused: [string, Uint8Array, RegExp][] = [
      ['10 GB', tar(entry('a', 'abc', size('120000000000'))), /byte 0: expected a file of at most \d+ bytes/],
      ['negative base-256', tar(entry('a', 'abc', binary(0xff, 0xff))), /byte 124: expected a number from 0/],
      ['huge base-256', tar(entry('a', 'abc', binary(0x80, 0xff))), /byte 124: expected a number from 0/],
      ['negative octal', tar(entry('a', 'abc', size('-0000000003'))), /byte 124: expected an octal number/],
      ['decimal', tar(entry('a', 'abc', size('00000000008'))), /byte 124: expected an octal number/],
      ['PAX size beyond the end', tar(pax('size=99999'), entry('a', 'abc')), /got a size of 99999/],
      ['negative PAX size', tar(pax('size=-1'), entry('a', 'abc')), /got a size of -1/],
      ['NUL in a PAX path', tar(pax('path=a\0b'), entry('x', 'abc')), /expected a PAX record/],
      ['PAX record of length 0', tar(entry('p', '0 path=a\n', undefined, 'x')), /expected a PAX record/],
      ['PAX record beyond its end', tar(entry('p', '99 path=a\n', undefined, 'x')), /expected a PAX record/],
      ['PAX record without =', tar(entry('p', withLength('path'), undefined, 'x')), /expected a PAX record/],
      ['PAX record without number', tar(entry('p', 'path=a\n', undefined, 'x')), /expected a PAX record/],
      ['two files of a name', tar(entry('a', 'abc'), entry('a', 'def')), /byte 1024: expected one file 'a'/],
      ['a device', tar(entry('a', '', undefined, '3')), /regular file, got type '3'/],
      ['a sparse file', tar(entry('a', 'abc', undefined, 'S')), /regular file, got type 'S'/],
    ];
    for (const [what, bytes, message] of refused) {
      expect(
        failure('data', () => readTar(bytes, ['a'])),
        what,
      ).toMatch(message);
    }
    // The limit of names holds before one is decoded.
    const long = entry('pax', new Uint8Array(2 ** 20 + 1), undefined, 'x');
    expect(failure('data', () => readTar(new Uint8Array([...long]), []))).toMatch(
      /at most 1048576 bytes of names/,
    );
  });

  it('gives a result or its error for any flip of a bit', () => {
    const whole = archive('pax');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const bytes = whole.slice();
        bytes[at]! ^= 1 << bit;
        try {
          readTar(bytes, ['set/a.bin']);
        } catch (error) {
          if (!(error instanceof IResNetError && error.kind === 'data')) throw error;
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

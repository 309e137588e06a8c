import { IResNetError } from '@iresnet/core';
import { binaryFormat } from './formats';
import type { TableNotice } from './notice';

/** Bytes of a file as text, part by part. */
export interface TextDecoding {
  /** The text of the next bytes. */
  decode(bytes: Uint8Array): string;
  /** What is left when no bytes follow. */
  end(): string;
}

/** Bytes that Windows-1252 does not have. */
const UNKNOWN = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * The text of a file: UTF-8; UTF-16 where a byte-order mark or zero bytes tell it; Windows-1252,
 * which includes Latin-1, where a byte is not UTF-8 and all bytes before it are ASCII.
 *
 * @param where - Names the file in errors.
 * @param notify - Hears of every encoding but UTF-8.
 * @throws IResNetError (data), naming the byte, for bytes that are none of these, and for a format
 * that is not a table.
 */
export function textDecoding(
  where: string,
  notify: (notice: TableNotice) => void = () => undefined,
): TextDecoding {
  let decoder: TextDecoder | undefined;
  let ascii = true;
  let utf8 = true;
  /** Bytes before those at hand. */
  let passed = 0;
  /** The beginning of a character that is not complete. */
  let rest = new Uint8Array(0);

  const fail = (at: number, what: string): never => {
    throw new IResNetError('data', where, `byte ${at}: ${what}`);
  };

  const begin = (bytes: Uint8Array): TextDecoder => {
    const format = binaryFormat(bytes);
    if (format !== undefined)
      throw new IResNetError('data', where, `expected a table as text, gzip or npy, got ${format}`);
    const wide = utf16(bytes);
    utf8 = wide === undefined;
    if (wide) notify({ kind: 'encoding', text: `read as ${wide.toUpperCase()}` });
    return new TextDecoder(wide ?? 'utf-8', { fatal: true, ignoreBOM: true });
  };

  const text = (bytes: Uint8Array, last: boolean): string => {
    decoder ??= begin(bytes);
    if (!utf8) {
      try {
        const decoded = decoder.decode(bytes, { stream: !last });
        if (decoder.encoding === 'windows-1252') checkBytes(bytes);
        passed += bytes.length;
        return decoded;
      } catch (error) {
        if (error instanceof IResNetError) throw error;
        return fail(passed, `expected ${decoder.encoding.toUpperCase()} text, found other bytes`);
      }
    }
    const zero = bytes.indexOf(0);
    if (zero !== -1) fail(passed + zero, 'expected a table as text, gzip or npy, found a zero byte');
    const all = rest.length === 0 ? bytes : joined(rest, bytes);
    const start = passed - rest.length;
    const whole = last ? all.length : completeEnd(all);
    try {
      const decoded = decoder.decode(all.subarray(0, whole));
      ascii &&= decoded.length === whole;
      rest = all.slice(whole);
      passed += bytes.length;
      return decoded;
    } catch {
      const at = firstWrong(all);
      const byte = `0x${all[at]!.toString(16)}`;
      if (!ascii || !all.subarray(0, at).every((code) => code < 0x80))
        fail(start + at, `expected UTF-8 text as before it, found ${byte}`);
      if (UNKNOWN.has(all[at]!))
        fail(start + at, `expected UTF-8 text, found ${byte}; save the table as UTF-8`);
      utf8 = false;
      decoder = new TextDecoder('windows-1252');
      // Of a whole text Node 20 makes Latin-1.
      const seen = new TextDecoder('windows-1252').decode(all.subarray(at, at + 1), { stream: true });
      notify({
        kind: 'encoding',
        text: `byte ${start + at} (${byte}, '${seen}') is not UTF-8: read as Windows-1252`,
      });
      passed = start;
      rest = new Uint8Array(0);
      return text(all, last);
    }
  };

  const checkBytes = (bytes: Uint8Array): void => {
    const at = bytes.findIndex((byte) => byte === 0 || UNKNOWN.has(byte));
    if (at !== -1)
      fail(
        passed + at,
        `expected Windows-1252 text, found 0x${bytes[at]!.toString(16)}; save the table as UTF-8`,
      );
  };

  return {
    decode: (bytes) => (bytes.length === 0 ? '' : text(bytes, false)),
    end: () => (decoder === undefined ? '' : text(new Uint8Array(0), true)),
  };
}

/** UTF-16 by its byte-order mark, or by the zero bytes that it has between ASCII characters. */
function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 64);
  if (head.length < 4) return undefined;
  const zeros = (parity: number) => head.every((byte, i) => (byte === 0) === (i % 2 === parity));
  return zeros(1) ? 'utf-16le' : zeros(0) ? 'utf-16be' : undefined;
}

/** Where the last complete character of UTF-8 ends. */
function completeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return size > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** The place of the first byte at which bytes stop to be UTF-8. */
function firstWrong(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!;
    const size = byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
    const [low, high] = SECOND[byte] ?? [0x80, 0xbf];
    for (let i = 1; i < size; i++) {
      const next = bytes[at + i] ?? 0;
      if (i === 1 ? next < low || next > high : next < 0x80 || next > 0xbf) return at;
    }
    if (size === 0) return at;
    at += size;
  }
  return bytes.length - 1;
}

/** What may follow these first bytes; after all others it is 0x80 to 0xbf. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  0xe0: [0xa0, 0xbf],
  0xed: [0x80, 0x9f],
  0xf0: [0x90, 0xbf],
  0xf4: [0x80, 0x8f],
};

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

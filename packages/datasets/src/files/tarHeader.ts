import { IResNetError } from '@iresnet/core';

/** What a header block of a tar archive says. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /**
   * The type flag; `0` for a regular file, also where an old archive has a NUL or a 7 (contiguous).
   */
  readonly type: string;
}

/**
 * Read the 512 bytes of a tar header.
 *
 * @param at - Byte of the block in the archive, for errors.
 * @throws IResNetError (data) for a wrong checksum or a field that is not a number.
 */
export function readTarHeader(block: Uint8Array, at: number, where: string): TarHeader {
  // The checksum counts its own eight bytes as blanks.
  let sum = 8 * 32;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += block[i]!;
  const stored = numberIn(block.subarray(148, 156), at + 148, where);
  if (stored !== sum) {
    throw new IResNetError(
      'data',
      where,
      `byte ${at}: expected a tar header with checksum ${sum}, got ${stored}`,
    );
  }
  const name = textOf(block.subarray(0, 100));
  const isUstar = textOf(block.subarray(257, 263)).startsWith('ustar');
  const isPosix = isUstar && block[262] === 0; // GNU keeps other things where POSIX has the prefix
  const prefix = isPosix ? textOf(block.subarray(345, 500)) : '';
  const flag = String.fromCharCode(block[156]!);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: numberIn(block.subarray(124, 136), at + 124, where),
    type: flag === '\0' || flag === '7' ? '0' : flag,
  };
}

/** The records `length key=value\n` of a PAX header. */
export function paxRecords(content: Uint8Array, at: number, where: string): Map<string, string> {
  const records = new Map<string, string>();
  let start = 0;
  while (start < content.length) {
    const damaged = () =>
      new IResNetError('data', where, `byte ${at + start}: expected a PAX record 'length key=value'`);
    const blank = content.indexOf(32, start);
    const digits = blank === -1 ? '' : textOf(content.subarray(start, Math.min(blank, start + 9)));
    const end = /^[1-9]\d{0,7}$/.test(digits) ? start + Number(digits) : NaN;
    if (!(end <= content.length) || end <= blank + 1 || content[end - 1] !== 10) throw damaged();
    const record = content.subarray(blank + 1, end - 1);
    const equals = record.indexOf(61);
    if (equals < 1 || record.includes(0)) throw damaged();
    records.set(textOf(record.subarray(0, equals)), textOf(record.subarray(equals + 1)));
    start = end;
  }
  return records;
}

/** UTF-8 up to the first NUL. */
export function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/**
 * An octal number between blanks and NULs, or, with the first bit set, a big-endian binary one
 * (GNU).
 */
function numberIn(field: Uint8Array, at: number, where: string): number {
  const first = field[0]!;
  if (first & 0x80) {
    let value = first & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    // The second bit is the sign; a size with it is below zero, and no archive is longer than 2⁵³.
    if (first & 0x40 || !Number.isSafeInteger(value)) {
      throw new IResNetError('data', where, `byte ${at}: expected a number from 0 to 2⁵³ in a tar header`);
    }
    return value;
  }
  const text = textOf(field).trim();
  if (!/^[0-7]*$/.test(text)) {
    throw new IResNetError(
      'data',
      where,
      `byte ${at}: expected an octal number in a tar header, got '${text}'`,
    );
  }
  return text === '' ? 0 : Number.parseInt(text, 8);
}

import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import { parseNpyHeader, type NpyHeader } from './npyHeader';
import { NPY_TYPES, npyValues, type NpyValues } from './npyValues';
import { product } from './values';

/** Where the values of an npy file lie, and what they are. */
export interface NpyLayout extends NpyHeader {
  readonly values: NpyValues;
  /** Byte of the first value. */
  readonly dataStart: number;
}

/** The first bytes of the format. */
export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The header of any file lies within so many bytes from its start. */
export const NPY_PREFIX_BYTES = 12 + limits.npyHeaderBytes;

/**
 * Read the header of an npy file and compare the length of the file with it.
 *
 * @param bytes - The first {@link NPY_PREFIX_BYTES} bytes, or all.
 * @param length - Bytes of the whole file.
 * @throws IResNetError (data) naming `where` and the byte.
 */
export function npyLayout(bytes: Uint8Array, length: number, where: string): NpyLayout {
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  if (bytes.length < 10) fail(`byte 0: expected at least 10 bytes of npy header, got ${bytes.length}`);
  if (NPY_MAGIC.some((byte, i) => bytes[i] !== byte))
    fail('byte 0: expected the npy magic number \\x93NUMPY');
  const [major, minor] = [bytes[6]!, bytes[7]!];
  if (major < 1 || major > 3 || minor !== 0) {
    fail(`byte 6: expected npy version 1.0, 2.0 or 3.0, got ${major}.${minor}`);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start)
    fail(`byte 0: expected at least ${start} bytes of npy header, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > limits.npyHeaderBytes) {
    fail(`byte 8: expected a header of at most ${limits.npyHeaderBytes} bytes, got ${headerBytes}`);
  }
  const dataStart = start + headerBytes;
  if (dataStart > bytes.length) {
    fail(`byte 8: expected a header of ${headerBytes} bytes, got ${bytes.length - start} up to the end`);
  }

  const text = String.fromCharCode(...bytes.subarray(start, dataStart)); // latin1 by the format
  const header = parseNpyHeader(text, start, where);
  const values = npyValues(header.type) ?? fail(`byte ${start}, npy header: ${refusal(header.type)}`);
  const size = product(header.shape) * values.bytes;
  if (length - dataStart !== size) {
    fail(
      `byte ${dataStart}: expected ${size} bytes of data for shape [${header.shape.join(', ')}], got ${length - dataStart}`,
    );
  }
  return { ...header, values, dataStart };
}

function refusal(type: string): string {
  const known = `expected one of the types ${[...Object.keys(NPY_TYPES), 'i8', 'u8', 'f2'].join(', ')}, got '${type}'`;
  if (type.startsWith('O')) return `${known}: Python objects are not read, they could run code`;
  if (type.startsWith('c')) return `${known}: save the real and the imaginary part as columns`;
  if (/^[SU]/.test(type)) return `${known}: text is not read from npy`;
  if (type === 'f16' || type === 'f12') return `${known}: save it as float64`;
  return known;
}

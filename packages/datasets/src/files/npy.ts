import { IResNetError, expect } from '@iresnet/core';
import { parseNpyHeader, type NpyHeader } from './npyHeader';
import { copyValues, product, type NumberArray, type NumberArrayConstructor } from './values';

/** The content of an npy file: Π `shape` values in C order (row-major). Booleans are bytes 0 and 1. */
export interface NpyArray {
  /** `[]` for a scalar. */
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

/** The first bytes of the format. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy itself reads no larger header without being told to. */
const MAX_HEADER_BYTES = 10_000;

/** The array type of each kind and size. */
const TYPES: Readonly<Record<string, NumberArrayConstructor>> = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  i2: Int16Array,
  i1: Int8Array,
  u4: Uint32Array,
  u2: Uint16Array,
  u1: Uint8Array,
  b1: Uint8Array,
};

/**
 * Read an npy file of format 1.0 or 2.0: magic, version, header `{'descr': …, 'fortran_order': …, 'shape': …}`, values.
 *
 * Types are f4, f8, i1, i2, i4, u1, u2, u4 and bool, of either byte order; a file in Fortran order is put into C order. Objects (pickles),
 * records, text and 64-bit integers are refused. Nothing is allocated before the length of `bytes` agrees with the header, and a header
 * has at most 10,000 bytes, as for NumPy. Cost: one copy, two for Fortran order.
 *
 * @param bytes - The whole file.
 * @param options - `file` names it in errors.
 * @returns An array of the caller's own.
 * @throws IResNetError (data), naming the file and the byte or the type.
 *
 * @example
 * ```ts
 * import { parseNpy, toNpy } from '@iresnet/datasets';
 *
 * const bytes = toNpy(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
 * console.log(parseNpy(bytes).shape); // [ 2, 3 ]
 * ```
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpy(bytes: Uint8Array, options: { readonly file?: string } = {}): NpyArray {
  const where = options.file ?? 'datasets.parseNpy';
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  if (bytes.length < 10) fail(`expected at least 10 bytes of npy header, got ${bytes.length}`);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) fail('byte 0: expected the npy magic number \\x93NUMPY');
  const [major, minor] = [bytes[6]!, bytes[7]!];
  if ((major !== 1 && major !== 2) || minor !== 0) {
    fail(`byte 6: expected npy version 1.0 or 2.0, got ${major}.${minor}`);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) fail(`expected at least ${start} bytes of npy header, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    fail(`byte 8: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${length}`);
  }
  const dataStart = start + length;
  if (dataStart > bytes.length) {
    fail(`byte 8: expected a header of ${length} bytes, got ${bytes.length - start} up to the end`);
  }

  const text = String.fromCharCode(...bytes.subarray(start, dataStart)); // latin1 by the format
  const header = parseNpyHeader(text, where);
  const type = TYPES[header.type] ?? fail(refusal(header.type));
  const size = product(header.shape) * type.BYTES_PER_ELEMENT;
  if (bytes.length - dataStart !== size) {
    fail(
      `byte ${dataStart}: expected ${size} bytes of data for shape [${header.shape.join(', ')}], got ${bytes.length - dataStart}`,
    );
  }
  const data = copyValues(bytes.subarray(dataStart), type, header.bigEndian);
  return { shape: header.shape, data: header.fortranOrder ? toCOrder(data, header.shape) : data };
}

/**
 * An array as an npy file of format 1.0, which `numpy.load` reads: little-endian, C order.
 *
 * @param data - Π shape values; the type of the array becomes that of the file.
 * @returns Bytes of the caller's own.
 * @throws IResNetError (argument) when the shape does not hold as many values as `data` has.
 *
 * @example
 * ```ts
 * import { toNpy } from '@iresnet/datasets';
 *
 * const bytes = toNpy(new Uint8Array([1, 2, 3]), [3]);
 * console.log(bytes.length); // 131: a header of 128 bytes and the values
 * ```
 */
export function toNpy(data: NumberArray, shape: readonly number[]): Uint8Array {
  const type = Object.keys(TYPES).find(
    (key) => data instanceof (TYPES[key] as unknown as { new (): unknown }),
  );
  expect(type !== undefined, 'datasets.toNpy', () => 'expected a typed array of at most 8 bytes a value');
  const isShape = shape.length <= 32 && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  expect(
    isShape && product(shape) === data.length,
    'datasets.toNpy',
    () => `expected a shape of ${data.length} values, got [${shape.join(', ')}]`,
  );
  const order = type!.endsWith('1') ? '|' : '<';
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${order}${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // The values start at a multiple of 64, so that a reader may map the file.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + data.byteLength);
  bytes.set([...MAGIC, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return bytes;
}

/** The values of an array in Fortran order, the first index fastest, in C order. */
function toCOrder(data: NumberArray, shape: NpyHeader['shape']): NumberArray {
  const ordered = data.slice();
  const index = shape.map(() => 0);
  for (let to = 0; to < data.length; to++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis]! + index[axis]!;
    ordered[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return ordered;
}

function refusal(type: string): string {
  const known = `expected one of the types ${Object.keys(TYPES).join(', ')}, got '${type}'`;
  if (type.startsWith('O')) return `${known}: Python objects are not read, they could run code`;
  if (/^[iu]8$/.test(type)) return `${known}: save it as int32 or float64`;
  return known;
}

import { checkOptions, ensure } from '@iresnet/core/internal';
import type { NpyHeader } from './npyHeader';
import { NPY_MAGIC, npyLayout } from './npyLayout';
import { NPY_TYPES } from './npyValues';
import { product, type NumberArray } from './values';

/**
 * The content of an npy file: Π `shape` values in C order (row-major). Booleans are bytes 0 and 1.
 */
export interface NpyArray {
  /** `[]` for a scalar. */
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

/**
 * Read an npy file of format 1.0, 2.0 or 3.0: magic, version, header
 * `{'descr': …, 'fortran_order': …, 'shape': …}`, values.
 *
 * Types are f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and bool, of either byte order; a file in
 * Fortran order is put into C order. float16 becomes float32, and whole numbers of 64 bits become
 * float64, if they are below 2⁵³. Objects (pickles), records and text are refused. Nothing is
 * allocated before the length of `bytes` agrees with the header, and a header has at most 10,000
 * bytes, as for NumPy. Cost: one copy, two for Fortran order.
 *
 * @param bytes - The whole file.
 * @param options - `file` names it in errors.
 * @returns An array that the caller owns.
 * @throws IResNetError (data), naming the file and the byte.
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
  checkOptions('datasets.parseNpy', options, { file: true });
  const where = options.file ?? 'datasets.parseNpy';
  const header = npyLayout(bytes, bytes.length, where);
  const { dataStart, bigEndian } = header;
  const data = header.values.read(bytes.subarray(dataStart), bigEndian, dataStart, where);
  return { shape: header.shape, data: header.fortranOrder ? toCOrder(data, header.shape) : data };
}

/**
 * An array as an npy file of format 1.0, which `numpy.load` reads: little-endian, C order.
 *
 * @param data - Π shape values; the type of the array becomes that of the file.
 * @returns Bytes that the caller owns.
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
  const type = Object.keys(NPY_TYPES).find(
    (key) => data instanceof (NPY_TYPES[key] as unknown as { new (): unknown }),
  );
  ensure(type !== undefined, 'datasets.toNpy', () => 'expected a typed array of at most 8 bytes a value');
  const isShape = shape.length <= 32 && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  ensure(
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
  bytes.set([...NPY_MAGIC, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return bytes;
}

/**
 * The values of an array in Fortran order, where the first index changes fastest, put into C
 * order.
 */
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

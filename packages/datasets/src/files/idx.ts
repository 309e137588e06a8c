import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { copyValues, product, type NumberArrayConstructor } from './values';

/** The content of an IDX file: Π `shape` values, row-major. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/** The array type of each code of the format. */
const TYPES: ReadonlyMap<number, NumberArrayConstructor<IdxArray['data']>> = new Map<
  number,
  NumberArrayConstructor<IdxArray['data']>
>([
  [8, Uint8Array],
  [9, Int8Array],
  [11, Int16Array],
  [12, Int32Array],
  [13, Float32Array],
  [14, Float64Array],
]);

/**
 * Read an IDX file, the format of MNIST: bytes 0 0 t r, then r sizes of four bytes, then Π sizes
 * values of type t, all big-endian.
 *
 * Types are 8 uint8, 9 int8, 11 int16, 12 int32, 13 float32, 14 float64. A size may be 0. Nothing
 * is allocated before the length of `bytes` agrees with the header; the cost is one copy.
 *
 * @param bytes - The whole file, not compressed.
 * @param options - `file` names it in errors.
 * @returns An array that the caller owns.
 * @throws IResNetError (data), naming the file and the byte: another magic number or type, rank 0,
 * too few or too many bytes.
 *
 * @example
 * ```ts
 * import { parseIdx } from '@iresnet/datasets';
 *
 * const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9);
 * console.log(parseIdx(bytes)); // { shape: [ 1, 3 ], data: Uint8Array(3) [ 7, 8, 9 ] }
 * ```
 */
export function parseIdx(bytes: Uint8Array, options: { readonly file?: string } = {}): IdxArray {
  checkOptions('datasets.parseIdx', options, { file: true });
  const fail = (what: string): never => {
    throw new IResNetError('data', options.file ?? 'datasets.parseIdx', what);
  };
  if (bytes.length < 4) fail(`byte 0: expected the 4 bytes of an IDX magic number, got ${bytes.length}`);
  const [zero, zeroToo, code, rank] = bytes as unknown as [number, number, number, number];
  if (zero === 0x1f && zeroToo === 0x8b)
    fail('byte 0: expected an IDX file, got one that is compressed by gzip');
  if (zero !== 0 || zeroToo !== 0)
    fail(`byte 0: expected an IDX file to start with 0 0, got ${zero} ${zeroToo}`);
  const type = TYPES.get(code) ?? fail(`byte 2: expected an IDX type of 8, 9 or 11 to 14, got ${code}`);
  if (rank === 0) fail('byte 3: expected a rank of at least 1, got 0');
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    fail(`byte 4: expected ${start} bytes of header for rank ${rank}, got ${bytes.length}`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = start + product(shape) * type.BYTES_PER_ELEMENT;
  if (bytes.length !== size) {
    fail(`byte ${start}: expected ${size} bytes in all for shape [${shape.join(', ')}], got ${bytes.length}`);
  }
  return { shape, data: copyValues(bytes.subarray(start), type, true) };
}

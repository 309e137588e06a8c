import type { Shape } from '@iresnet/core';

/** The array that holds the values of each dtype on the host. Booleans are bytes 0 and 1. */
export interface DtypeArrays {
  readonly U64: BigUint64Array;
  readonly I64: BigInt64Array;
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly U32: Uint32Array;
  readonly I32: Int32Array;
  readonly U16: Uint16Array;
  readonly I16: Int16Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
  readonly BOOL: Uint8Array;
}

/** A safetensors dtype that JavaScript has an array type for. F16 and BF16 are read as F32. */
export type Dtype = keyof DtypeArrays;

/** A tensor on the host: `data` holds Π `shape` values of type `dtype`, row-major. */
export type HostTensor = {
  [D in Dtype]: { readonly dtype: D; readonly shape: Shape; readonly data: DtypeArrays[D] };
}[Dtype];

/** Tensors by dotted name. A Map, because a file may name a tensor `__proto__`. */
export type NamedTensors = ReadonlyMap<string, HostTensor>;

/** The constructor of an array type. */
interface ArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): HostTensor['data'];
}

/**
 * The array types, in the order in which the reference implementation writes. Every offset is then
 * a multiple of the size of its value, and a reader may map the file without a copy.
 */
export const ARRAYS: Readonly<Record<Dtype, ArrayConstructor>> = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** All dtypes, in the order of writing. */
export const DTYPES = Object.keys(ARRAYS) as readonly Dtype[];

/** Bytes of one value, for each dtype of the format that this package reads. */
export const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ...DTYPES.map((dtype) => [dtype, ARRAYS[dtype].BYTES_PER_ELEMENT] as const),
  ['F16', 2],
  ['BF16', 2],
]);

/** Π shape, or NaN when that is not an integer below 2⁵³. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const n of shape) {
    count *= n;
    if (!Number.isSafeInteger(n) || n < 0 || !Number.isSafeInteger(count)) return NaN;
  }
  return count;
}

/**
 * The values of dtype `stored` in little-endian `bytes`, in a new array. The hosts of TensorFlow.js
 * are little-endian, so this is a copy. Half precision is widened exactly.
 */
export function readValues(stored: string, bytes: Uint8Array): Pick<HostTensor, 'dtype' | 'data'> {
  const copy = new Uint8Array(bytes).buffer;
  if (stored === 'F16') return { dtype: 'F32', data: Float32Array.from(new Uint16Array(copy), halfToNumber) };
  if (stored === 'BF16') {
    const words = Uint32Array.from(new Uint16Array(copy), (bits) => bits << 16);
    return { dtype: 'F32', data: new Float32Array(words.buffer) };
  }
  const dtype = stored as Dtype;
  return { dtype, data: new ARRAYS[dtype](copy) };
}

/** The value of an IEEE 754 binary16: sign, 5 bits of exponent, 10 bits of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

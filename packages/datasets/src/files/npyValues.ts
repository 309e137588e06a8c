import { IResNetError } from '@iresnet/core';
import { copyValues, type NumberArray, type NumberArrayConstructor } from './values';

/** The values of an npy file of one type. */
export interface NpyValues {
  /** Bytes of one. */
  readonly bytes: number;
  /**
   * A copy as numbers.
   *
   * @param start - Where the bytes stand in the file, for errors.
   */
  read(bytes: Uint8Array, bigEndian: boolean, start: number, where: string): NumberArray;
}

/** The array type of each kind and size that JavaScript has for numbers. */
export const NPY_TYPES: Readonly<Record<string, NumberArrayConstructor>> = {
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

/** How values of a type are read; undefined for a type that is not. */
export function npyValues(type: string): NpyValues | undefined {
  if (type === 'i8') return { bytes: 8, read: (...given) => exact(BigInt64Array, ...given) };
  if (type === 'u8') return { bytes: 8, read: (...given) => exact(BigUint64Array, ...given) };
  if (type === 'f2')
    return {
      bytes: 2,
      read: (bytes, bigEndian) => Float32Array.from(copyValues(bytes, Uint16Array, bigEndian), half),
    };
  const array = Object.hasOwn(NPY_TYPES, type) ? NPY_TYPES[type] : undefined;
  return (
    array && {
      bytes: array.BYTES_PER_ELEMENT,
      read: (bytes, bigEndian) => copyValues(bytes, array, bigEndian),
    }
  );
}

/** Whole numbers of 64 bits as float64, which holds all up to 2⁵³. */
function exact(
  type: typeof BigInt64Array | typeof BigUint64Array,
  bytes: Uint8Array,
  bigEndian: boolean,
  start: number,
  where: string,
): Float64Array {
  const whole = copyValues<BigInt64Array | BigUint64Array>(bytes, type, bigEndian);
  return Float64Array.from(whole, (value, i) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    const what = `byte ${start + 8 * i}: expected whole numbers below 2⁵³, got ${value}: save them as float64`;
    throw new IResNetError('data', where, what);
  });
}

/** A float16 by its bits: sign, 5 of the exponent, 10 of the fraction. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

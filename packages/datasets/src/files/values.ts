/** The arrays that a file of numbers is read into. */
export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** One of their constructors. */
export interface NumberArrayConstructor<A = NumberArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): A;
}

/**
 * A copy of the values in `bytes`. The hosts of TensorFlow.js are little-endian, so the bytes of a
 * big-endian value are reversed.
 */
export function copyValues<A>(bytes: Uint8Array, type: NumberArrayConstructor<A>, bigEndian: boolean): A {
  const copy = new Uint8Array(bytes);
  const width = type.BYTES_PER_ELEMENT;
  if (bigEndian && width > 1) {
    for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  }
  return new type(copy.buffer);
}

/** Π shape. No file is longer than 2⁵³ bytes, so the rounding beyond that does not matter. */
export function product(shape: readonly number[]): number {
  return shape.reduce((count, n) => count * n, 1);
}

import { ensure } from '@iresnet/core/internal';
import { checkNamedTensors } from './checks';
import { ARRAYS, DTYPES, elementCount, type HostTensor, type NamedTensors } from './dtypes';
import { isWellFormed, quote } from './header';

const WHERE = 'checkpoint.toSafetensors';

/**
 * Named tensors → the bytes of a safetensors file: 8 bytes of header length, the JSON header padded
 * with blanks to a multiple of 8, the data.
 *
 * Tensors are written in the order of the reference implementation, widest dtype first and then by
 * name, and metadata by key. So the same tensors give the same bytes, whatever order they come in.
 * NaN and infinity keep their bits.
 *
 * @param tensors - By name; any name but `__metadata__`.
 * @param metadata - Strings to be kept in the header.
 * @throws IResNetError of kind `argument` when the data do not fit the shape or dtype, a string is
 * not valid Unicode, or `tensors` is not a Map, such as the promise of a `snapshot`.
 *
 * @example
 * ```ts
 * import { toSafetensors } from '@iresnet/checkpoint';
 *
 * const kernel = { dtype: 'F32', shape: [2, 1], data: new Float32Array([0.5, -0.5]) } as const;
 * const bytes = toSafetensors(new Map([['0.kernel', kernel]]), { note: 'untrained' });
 * console.log(bytes.length);
 * ```
 */
export function toSafetensors(
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  checkNamedTensors(WHERE, tensors);
  const sorted = [...tensors].sort(
    ([a, s], [b, t]) => DTYPES.indexOf(s.dtype) - DTYPES.indexOf(t.dtype) || compareCodePoints(a, b),
  );
  const members: string[] = [];
  const strings = Object.entries(metadata ?? {}).sort(([a], [b]) => compareCodePoints(a, b));
  for (const [key, value] of strings) {
    ensure(
      typeof value === 'string',
      WHERE,
      () => `expected a string as metadata ${quote(key)}, got ${typeof value}`,
    );
    ensure(isWellFormed(key + value), WHERE, () => `expected whole code points in metadata ${quote(key)}`);
  }
  if (metadata !== undefined) {
    members.push(
      `"__metadata__":{${strings.map((pair) => pair.map((s) => JSON.stringify(s)).join(':')).join()}}`,
    );
  }

  let offset = 0;
  for (const [name, tensor] of sorted) {
    checkTensor(name, tensor);
    const { dtype, shape, data } = tensor;
    const info = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
    offset += data.byteLength;
  }

  const header = new TextEncoder().encode(`{${members.join()}}`);
  const dataStart = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(dataStart + offset).fill(0x20, 8, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(header, 8);
  offset = dataStart;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function checkTensor(name: string, { dtype, shape, data }: HostTensor): void {
  ensure(
    name !== '__metadata__' && isWellFormed(name),
    WHERE,
    () => `expected a tensor name, got ${quote(name)}`,
  );
  ensure(
    Object.hasOwn(ARRAYS, dtype) && data instanceof ARRAYS[dtype],
    WHERE,
    () => `expected tensor ${quote(name)} of dtype ${dtype} in its array type, got ${data.constructor.name}`,
  );
  ensure(
    data.length === elementCount(shape),
    WHERE,
    () => `expected tensor ${quote(name)} to have the values of shape [${shape.join()}], got ${data.length}`,
  );
}

/** The order of the UTF-8 bytes, which differs from that of UTF-16 units beyond U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const x = Array.from(a);
  const y = Array.from(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

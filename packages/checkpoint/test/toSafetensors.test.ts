import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSafetensors, toSafetensors, type HostTensor } from '@iresnet/checkpoint';
import { errorOf } from './bytes';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const size = (shape: number[]): number => shape.reduce((product, n) => product * n, 1);

/** Any bit pattern in any dtype: NaN payloads and -0 included. */
const tensors: fc.Arbitrary<HostTensor> = fc
  .record({ shape: shapes, seed: fc.uint8Array({ minLength: 8, maxLength: 64 }) })
  .chain(({ shape, seed }) => {
    const raw = (bytes: number): ArrayBuffer =>
      Uint8Array.from({ length: size(shape) * bytes }, (_, i) => seed[i % seed.length]! ^ (i >> 6)).buffer;
    const bits = Uint8Array.from({ length: size(shape) }, (_, i) => seed[i % seed.length]! & 1);
    return fc.constantFrom<HostTensor>(
      { dtype: 'U64', shape, data: new BigUint64Array(raw(8)) },
      { dtype: 'I64', shape, data: new BigInt64Array(raw(8)) },
      { dtype: 'F64', shape, data: new Float64Array(raw(8)) },
      { dtype: 'F32', shape, data: new Float32Array(raw(4)) },
      { dtype: 'U32', shape, data: new Uint32Array(raw(4)) },
      { dtype: 'I32', shape, data: new Int32Array(raw(4)) },
      { dtype: 'U16', shape, data: new Uint16Array(raw(2)) },
      { dtype: 'I16', shape, data: new Int16Array(raw(2)) },
      { dtype: 'I8', shape, data: new Int8Array(raw(1)) },
      { dtype: 'U8', shape, data: new Uint8Array(raw(1)) },
      { dtype: 'BOOL', shape, data: bits },
    );
  });
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '\0', '\u2028', '../x', '0'),
);
const names = texts.filter((name) => name !== '__metadata__');
const files = fc.record({
  tensors: fc.uniqueArray(fc.tuple(names, tensors), { selector: ([name]) => name, maxLength: 6 }),
  metadata: fc.uniqueArray(fc.tuple(texts, texts), { selector: ([key]) => key, maxLength: 4 }),
});

/** Comparable bit by bit. */
const plain = (map: Iterable<[string, HostTensor]>): unknown =>
  [...map]
    .map(([name, { dtype, shape, data }]) => [
      name,
      dtype,
      [...shape],
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
    ])
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('toSafetensors', () => {
  it('then parseSafetensors is the identity, bit for bit', () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const read = parseSafetensors(toSafetensors(new Map(tensors), Object.fromEntries(metadata)));
        expect(plain(read.tensors)).toEqual(plain(tensors));
        expect(Object.entries(read.metadata).sort()).toEqual(
          Object.entries(Object.fromEntries(metadata)).sort(),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives the same bytes whatever the order, with the data aligned to its dtype', () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const bytes = toSafetensors(new Map(tensors), Object.fromEntries(metadata));
        const reversed = toSafetensors(
          new Map([...tensors].reverse()),
          Object.fromEntries([...metadata].reverse()),
        );
        expect(Buffer.from(reversed).equals(bytes)).toBe(true);
        const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(length % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
          string,
          { data_offsets: [number, number] }
        >;
        for (const [name, { data }] of tensors) {
          expect(header[name]!.data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('writes a view of a larger buffer', () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const read = parseSafetensors(toSafetensors(new Map([['x', { dtype: 'F32', shape: [2], data }]])));
    expect([...read.tensors.get('x')!.data]).toEqual([1, 2]);
  });

  const x = (tensor: object): Map<string, HostTensor> => new Map([['x', tensor as HostTensor]]);
  const data = new Float32Array(2);
  const mistakes: [string, () => unknown, RegExp][] = [
    [
      'too few values',
      () => toSafetensors(x({ dtype: 'F32', shape: [3], data })),
      /"x" .*shape \[3\], got 2/,
    ],
    [
      'a fractional shape',
      () => toSafetensors(x({ dtype: 'F32', shape: [0.5, 4], data })),
      /shape \[0.5,4\]/,
    ],
    ['a negative shape', () => toSafetensors(x({ dtype: 'F32', shape: [-1, -2], data })), /shape \[-1,-2\]/],
    [
      'another array type',
      () => toSafetensors(x({ dtype: 'I32', shape: [2], data })),
      /dtype I32 .*got Float32Array/,
    ],
    [
      'an unknown dtype',
      () => toSafetensors(x({ dtype: 'constructor', shape: [2], data })),
      /dtype constructor/,
    ],
    [
      'the reserved name',
      () => toSafetensors(new Map([['__metadata__', { dtype: 'F32', shape: [2], data }]])),
      /__metadata__/,
    ],
    [
      'half a surrogate pair',
      () => toSafetensors(new Map([['\ud834', { dtype: 'F32', shape: [2], data }]])),
      /tensor name/,
    ],
    [
      'metadata that is not a string',
      () => toSafetensors(new Map(), { n: 1 as unknown as string }),
      /metadata "n", got number/,
    ],
    ['metadata that is not Unicode', () => toSafetensors(new Map(), { n: '\udc00' }), /metadata "n"/],
  ];
  it.each(mistakes)('refuses %s', (_, f, message) => {
    expect(errorOf(f, 'argument').message).toMatch(message);
  });
});

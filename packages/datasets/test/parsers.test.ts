import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IResNetError } from '@iresnet/core';
import { parseCifar, parseIdx, parseNpy, toNpy, type NumberArray } from '../src/index';
import { failure } from './failure';

const bytes = (...parts: (number | readonly number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));

/** Every strict prefix of a file must be refused. */
function refusesEveryCut(file: Uint8Array, parse: (cut: Uint8Array) => unknown): void {
  for (let length = 0; length < file.length; length++) {
    expect(
      failure('data', () => parse(file.slice(0, length))),
      `cut to ${length}`,
    ).toMatch(/expected/);
  }
}

/** Whatever the bytes are, a parser gives a result or our error. */
function isTotal(parse: (any: Uint8Array) => unknown, prefix: readonly number[]): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(prefix.length), (tail, kept) => {
      try {
        parse(bytes(prefix.slice(0, kept), tail));
      } catch (error) {
        if (!(error instanceof IResNetError && error.kind === 'data')) throw error;
      }
    }),
    { seed: 1, numRuns: 300 },
  );
}

describe('parseIdx', () => {
  // −2 in 16 and 32 bits, 1.5 in binary32 and binary64: written by hand, most significant byte
  // first.
  const cases: [string, Uint8Array, number[], NumberArray][] = [
    ['uint8', bytes(0, 0, 8, 2, [0, 0, 0, 2], [0, 0, 0, 1], 7, 255), [2, 1], Uint8Array.of(7, 255)],
    ['int8', bytes(0, 0, 9, 1, [0, 0, 0, 2], 254, 3), [2], Int8Array.of(-2, 3)],
    ['int16', bytes(0, 0, 11, 1, [0, 0, 0, 2], 1, 2, 0xff, 0xfe), [2], Int16Array.of(258, -2)],
    ['int32', bytes(0, 0, 12, 1, [0, 0, 0, 1], 0xff, 0xff, 0xff, 0xfe), [1], Int32Array.of(-2)],
    ['float32', bytes(0, 0, 13, 1, [0, 0, 0, 1], 0x3f, 0xc0, 0, 0), [1], Float32Array.of(1.5)],
    ['float64', bytes(0, 0, 14, 1, [0, 0, 0, 1], 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), [1], Float64Array.of(1.5)],
    [
      'no images',
      bytes(0, 0, 8, 3, [0, 0, 0, 0], [0, 0, 0, 28], [0, 0, 0, 28]),
      [0, 28, 28],
      new Uint8Array(0),
    ],
  ];
  it.each(cases)('reads %s', (_, file, shape, data) => {
    expect(parseIdx(file)).toEqual({ shape, data });
    refusesEveryCut(file, parseIdx);
    expect(failure('data', () => parseIdx(bytes(file, 0)))).toMatch(/expected \d+ bytes in all/);
  });

  it('reads a view at an odd offset and gives memory of its own', () => {
    const file = bytes(99, 0, 0, 11, 1, [0, 0, 0, 1], 1, 2).subarray(1);
    const { data } = parseIdx(file);
    file.fill(0);
    expect([...data]).toEqual([258]);
  });

  it('refuses other magic numbers, types, ranks and sizes, naming file and byte', () => {
    const refused: [Uint8Array, RegExp][] = [
      [bytes(0, 1, 8, 1, [0, 0, 0, 0]), /^f: byte 0: .* got 0 1$/],
      [bytes(0x1f, 0x8b, 8, 0), /^f: byte 0: .*gzip/],
      [bytes(0, 0, 10, 1, [0, 0, 0, 0]), /^f: byte 2: .* got 10$/],
      [bytes(0, 0, 15, 1, [0, 0, 0, 0]), /^f: byte 2: .* got 15$/],
      [bytes(0, 0, 8, 0, 1), /^f: byte 3: expected a rank of at least 1, got 0$/],
      [bytes(0, 0, 8, 255, 1), /^f: byte 4: expected 1024 bytes of header for rank 255, got 5$/],
      // 4 GiB³ in the header of 16 bytes: an error, not an allocation.
      [bytes(0, 0, 14, 3, new Uint8Array(12).fill(255)), /^f: byte 16: expected .* got 16$/],
      [
        bytes(0, 0, 8, 2, [0, 0, 0, 2], [0, 0, 0, 2], 1, 2, 3),
        /^f: byte 12: expected 16 bytes in all for shape \[2, 2\], got 15$/,
      ],
    ];
    for (const [file, message] of refused) {
      expect(failure('data', () => parseIdx(file, { file: 'f' }))).toMatch(message);
    }
  });

  it('gives a result or its error for any bytes', () => isTotal(parseIdx, [0, 0, 8, 2, 0, 0, 0, 2]));
});

describe('parseCifar', () => {
  it.each([
    ['cifar10', [3], [9]],
    ['cifar100', [19, 42], [0, 99]],
  ] as const)('turns the planes of %s into pixels', (variant, first, second) => {
    // The value of a pixel tells where it stands: plane + 3 · position, modulo 251.
    const plane = (p: number, image: number) =>
      Uint8Array.from({ length: 1024 }, (_, i) => (p + 3 * i + image) % 251);
    const file = bytes(
      first,
      plane(0, 0),
      plane(1, 0),
      plane(2, 0),
      second,
      plane(0, 7),
      plane(1, 7),
      plane(2, 7),
    );
    const { count, images, labels, coarseLabels } = parseCifar(file, { variant });
    expect(count).toBe(2);
    expect([...labels]).toEqual([first.at(-1), second.at(-1)]);
    expect([...coarseLabels]).toEqual(variant === 'cifar100' ? [first[0], second[0]] : []);
    const wanted = Uint8Array.from({ length: 2 * 3072 }, (_, k) => ((k % 3072) + (k < 3072 ? 0 : 7)) % 251);
    expect(images).toEqual(wanted);
  });

  it('refuses another length, labels out of range and variants that it does not know', () => {
    const record = new Uint8Array(3073);
    const message = (file: Uint8Array, variant: 'cifar10' | 'cifar100' = 'cifar10') =>
      failure('data', () => parseCifar(file, { variant, file: 'f' }));
    expect(message(new Uint8Array(0))).toBe('f: record 0, byte 0: expected 3073 bytes, got 0');
    expect(message(record.subarray(1))).toBe('f: record 0, byte 0: expected 3073 bytes, got 3072');
    expect(message(bytes(record, 1))).toBe('f: record 1, byte 3073: expected 3073 bytes, got 1');
    expect(message(record, 'cifar100')).toBe('f: record 0, byte 0: expected 3074 bytes, got 3073');
    expect(message(bytes(record, 10, record.subarray(1)))).toBe(
      'f: record 1, byte 3073: expected a label of at most 9, got 10',
    );
    expect(message(bytes(20, record), 'cifar100')).toMatch(/byte 0: expected a label of at most 19, got 20$/);
    expect(message(bytes(0, 100, record.subarray(1)), 'cifar100')).toMatch(/byte 1: .* at most 99, got 100$/);
    expect(failure('argument', () => parseCifar(record, { variant: 'constructor' as 'cifar10' }))).toMatch(
      /^datasets\.parseCifar: expected variant/,
    );
  });
});

/** An npy file with any header. */
function npy(header: string, data: readonly number[] | Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = [text.length & 255, text.length >> 8, ...(version === 1 ? [] : [0, 0])];
  return bytes([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], version, 0, length, text, data);
}

describe('parseNpy', () => {
  const header = (descr: string, shape: string, fortran = 'False') =>
    `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

  const ones = (count: number) => new Array<number>(count).fill(255);
  // Values written by hand in both byte orders.
  const cases: [string, Uint8Array, number[], NumberArray][] = [
    ['<f8', npy(header('<f8', '(1,)'), [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]), [1], Float64Array.of(1.5)],
    ['>f8', npy(header('>f8', '(1,)'), [0x3f, 0xf8, 0, 0, 0, 0, 0, 0]), [1], Float64Array.of(1.5)],
    ['<f4', npy(header('<f4', '(2, 1)'), [0, 0, 0xc0, 0x3f, 0, 0, 0, 0]), [2, 1], Float32Array.of(1.5, 0)],
    ['<i4', npy(header('<i4', '()'), [0xfe, 0xff, 0xff, 0xff]), [], Int32Array.of(-2)],
    ['>i2', npy(header('>i2', '(1,)'), [0xff, 0xfe]), [1], Int16Array.of(-2)],
    ['|i1', npy(header('|i1', '(2,)'), [0xfe, 1]), [2], Int8Array.of(-2, 1)],
    ['<u4', npy(header('<u4', '(1,)'), [0xfe, 0xff, 0xff, 0xff]), [1], Uint32Array.of(2 ** 32 - 2)],
    ['<u2', npy(header('<u2', '(1,)'), [2, 1]), [1], Uint16Array.of(258)],
    ['|u1', npy(header('|u1', '(3L,)'), [1, 2, 3]), [3], Uint8Array.of(1, 2, 3)],
    ['|b1', npy(header('|b1', '(2,)'), [1, 0]), [2], Uint8Array.of(1, 0)],
    [
      '<i8',
      npy(header('<i8', '(2,)'), [254, ...ones(7), 5, 0, 0, 0, 0, 0, 0, 0]),
      [2],
      Float64Array.of(-2, 5),
    ],
    ['>u8', npy(header('>u8', '(1,)'), [0, 0x1f, ...ones(6)]), [1], Float64Array.of(2 ** 53 - 1)],
    // 1.5, −2⁻²⁴ (the least subnormal), 65504 (the largest), −0.
    [
      '<f2',
      npy(header('<f2', '(4,)'), [0, 0x3e, 1, 0x80, 0xff, 0x7b, 0, 0x80]),
      [4],
      Float32Array.of(1.5, -(2 ** -24), 65504, -0),
    ],
    [
      '>f2, not finite',
      npy(header('>f2', '(2,)'), [0x7c, 0, 0xfc, 0]),
      [2],
      Float32Array.of(Infinity, -Infinity),
    ],
    ['version 2', npy(header('|u1', '(1,)'), [5], 2), [1], Uint8Array.of(5)],
    ['version 3', npy(header('|u1', '(1,)'), [5], 3), [1], Uint8Array.of(5)],
    ['no rows', npy(header('<f4', '(0, 3)'), []), [0, 3], new Float32Array(0)],
    // x[i, j, k] = 100 i + 10 j + k of shape [2, 3, 2], the first index fastest.
    [
      'Fortran order',
      npy(header('|u1', '(2, 3, 2)', 'True'), [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121]),
      [2, 3, 2],
      Uint8Array.of(0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121),
    ],
    [
      'keys in another order',
      npy("{'shape':(1,),'fortran_order':False,'descr':'|u1'}", [4]),
      [1],
      Uint8Array.of(4),
    ],
  ];
  it.each(cases)('reads %s', (_, file, shape, data) => {
    expect(parseNpy(file)).toEqual({ shape, data });
    refusesEveryCut(file, parseNpy);
    expect(failure('data', () => parseNpy(bytes(file, 0)))).toMatch(/bytes of data/);
  });

  it('refuses what it does not know, naming the file', () => {
    const refused: [Uint8Array, RegExp][] = [
      [npy(header('|O', '(1,)'), [0x80, 0x02]), /got 'O': Python objects are not read/],
      [npy(header('<i8', '(1,)'), [0, 0, 0, 0, 0, 0, 0x20, 0]), /below 2⁵³, got 9007199254740992: save/],
      [npy(header('>u8', '(1,)'), new Uint8Array(8).fill(255)), /got 18446744073709551615: save them as/],
      [npy(header('<c8', '(1,)'), new Uint8Array(8)), /got 'c8': save the real and the imaginary part/],
      [npy(header('<U3', '(1,)'), new Uint8Array(12)), /got 'U3': text is not read/],
      [npy(header('<f16', '(1,)'), new Uint8Array(16)), /got 'f16': save it as float64$/],
      [npy(header('<M8[D]', '(1,)'), new Uint8Array(8)), /got dates or times/],
      [
        npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0]),
        /got records$/,
      ],
      [npy(header('__proto__', '(1,)'), []), /expected a type, got '__proto__'$/],
      [npy(header('|u1', '(-1,)'), []), /npy header: expected/],
      [npy(header('|u1', '(3)'), [1, 2, 3]), /npy header: expected/],
      [npy(header('|u1', '(1, , 2)'), [1, 2]), /npy header: expected/],
      [npy(header('|u1', '(99999999999999999999,)'), []), /npy header: expected/],
      [npy(header('<f8', '(4294967295, 4294967295)'), []), /expected .* bytes of data .* got 0$/],
      [npy("{'descr': '|u1', 'shape': (1,), }", [1]), /npy header: expected/],
      [npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'x': 'y', }", [1]), /npy header/],
      [npy("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", [1]), /npy header/],
      [npy(`${header('|u1', '(1,)')}; import os`, [1]), /npy header/],
      [npy('', []), /npy header: expected/],
      [npy('x'.repeat(10_001), []), /byte 8: expected a header of at most 10000 bytes, got 10001$/],
      [bytes([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 2, 0, [255, 255, 255, 255]), /got 4294967295$/],
      [npy(header('|u1', '(1,)'), [1], 4), /byte 6: expected npy version 1\.0, 2\.0 or 3\.0, got 4\.0$/],
      [bytes([0x92, 0x4e, 0x55, 0x4d, 0x50, 0x59], 1, 0, 0, 0), /byte 0: .*magic/],
      [bytes([0x50, 0x4b, 3, 4], new Uint8Array(20)), /byte 0: .*magic/],
    ];
    for (const [file, message] of refused) {
      const what = failure('data', () => parseNpy(file, { file: 'f.npy' }));
      expect(what).toMatch(/^f\.npy: byte \d+/);
      expect(what).toMatch(message);
    }
  });

  it('gives a result or its error for any bytes', () => {
    isTotal(parseNpy, [...npy(header('|u1', '(3,)'), [1, 2, 3])]);
  });
});

describe('toNpy', () => {
  it('writes the bytes that NumPy writes', () => {
    // numpy.save(f, numpy.array([[1.5, -2]], '<f4')), in format 1.0
    const file = toNpy(Float32Array.of(1.5, -2), [1, 2]);
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    expect([...file.subarray(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    expect(new TextDecoder('latin1').decode(file.subarray(10, 128))).toBe(`${text.padEnd(117)}\n`);
    expect([...file.subarray(128)]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]);
  });

  it.each([
    [Float64Array.of(1, NaN, -0), [3]],
    [Float32Array.of(1, -Infinity), [1, 2]],
    [Int32Array.of(-1, 2), [2, 1]],
    [Int16Array.of(-1), []],
    [Int8Array.of(-1, 5), [2]],
    [Uint32Array.of(2 ** 32 - 1), [1]],
    [Uint16Array.of(65535), [1, 1, 1]],
    [Uint8Array.of(1, 2, 3).subarray(1), [2]],
    [new Float32Array(0), [0, 5]],
  ] as [NumberArray, number[]][])('parseNpy(toNpy(%j)) is it', (data, shape) => {
    const file = toNpy(data, shape);
    expect((file.length - data.byteLength) % 64).toBe(0);
    const read = parseNpy(file);
    expect(read.shape).toEqual(shape);
    expect(read.data).toEqual(data.slice());
  });

  it('refuses a shape of another size and arrays that it does not know', () => {
    for (const shape of [[2], [3, 2], [-1, -3], [1.5, 2], Array.from({ length: 33 }, () => 1)]) {
      expect(failure('argument', () => toNpy(Uint8Array.of(1, 2, 3), shape))).toMatch(/^datasets\.toNpy: /);
    }
    const big = BigInt64Array.of(1n) as unknown as NumberArray;
    expect(failure('argument', () => toNpy(big, [1]))).toMatch(/typed array/);
  });
});

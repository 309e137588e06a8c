import { describe, expect, it } from 'vitest';
import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import { errorOf, fileOf, flipBit } from './bytes';

const MAX = 9007199254740991n;
const tensor = (shape: string, offsets: string, dtype = 'F32'): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
const one = (shape: string, offsets: string, dtype = 'F32'): string =>
  `{"x":${tensor(shape, offsets, dtype)}}`;
const bytes = (n: number): number[] => new Array<number>(n).fill(0);

/** A small valid file by hand. */
const VALID = fileOf(`{"x":${tensor('[2]', '[0,8]')},"y":${tensor('[]', '[8,9]', 'U8')}}`, [
  ...[0, 0, 128, 63], // 1
  ...[0, 0, 0, 192], // -2
  7,
]);

describe('what the format allows', () => {
  const accepted: [string, Uint8Array, [string, string, number[], unknown[]][]][] = [
    [
      'two tensors',
      VALID,
      [
        ['x', 'F32', [2], [1, -2]],
        ['y', 'U8', [], [7]],
      ],
    ],
    ['no tensor', fileOf('{}'), []],
    ['metadata alone', fileOf('{"__metadata__":{"a":"b"}}'), []],
    ['blanks after the header', fileOf('{}      '), []],
    [
      'blanks within',
      fileOf(`{ "x" :\n${tensor(' [ 1 ] ', '[ 0 ,\t4 ]')} }`, bytes(4)),
      [['x', 'F32', [1], [0]]],
    ],
    ['a scalar', fileOf(one('[]', '[0,4]'), bytes(4)), [['x', 'F32', [], [0]]]],
    ['an empty tensor', fileOf(one('[0]', '[0,0]')), [['x', 'F32', [0], []]]],
    [
      'empty tensors between others',
      fileOf(
        `{"b":${tensor('[3,0]', '[4,4]')},"a":${tensor('[1]', '[0,4]')},"c":${tensor('[0]', '[4,4]')},"d":${tensor('[1]', '[4,5]', 'I8')}}`,
        [0, 0, 0, 0, 255],
      ),
      [
        ['a', 'F32', [1], [0]],
        ['b', 'F32', [3, 0], []],
        ['c', 'F32', [0], []],
        ['d', 'I8', [1], [-1]],
      ],
    ],
    [
      'data in another order than the header, unaligned',
      fileOf(`{"b":${tensor('[1]', '[1,5]', 'I32')},"a":${tensor('[1]', '[0,1]', 'BOOL')}}`, [1, 2, 1, 0, 0]),
      [
        ['a', 'BOOL', [1], [1]],
        ['b', 'I32', [1], [258]],
      ],
    ],
    [
      'escapes in names',
      fileOf(`{"a\\u0000\\n\\"\\u00e4":${tensor('[0]', '[0,0]')}}`),
      [['a\0\n"ä', 'F32', [0], []]],
    ],
    // 1, -0.15625 and NaN in bfloat16: the upper half of the float32.
    [
      'bfloat16',
      fileOf(one('[3]', '[0,6]', 'BF16'), [0x80, 0x3f, 0x20, 0xbe, 0xc0, 0x7f]),
      [['x', 'F32', [3], [1, -0.15625, NaN]]],
    ],
    // IEEE 754 binary16: smallest subnormal, largest subnormal, -0, smallest normal, NaN.
    [
      'half precision',
      fileOf(one('[5]', '[0,10]', 'F16'), [1, 0, 0xff, 3, 0, 0x80, 0, 4, 1, 0x7c]),
      [['x', 'F32', [5], [2 ** -24, 1023 * 2 ** -24, -0, 2 ** -14, NaN]]],
    ],
    [
      '64-bit integers',
      fileOf(one('[1]', '[0,8]', 'U64'), new Array<number>(8).fill(255)),
      [['x', 'U64', [1], [2n ** 64n - 1n]]],
    ],
  ];
  it.each(accepted)('%s', (_, file, wanted) => {
    const { tensors } = parseSafetensors(file);
    expect([...tensors].map(([name, t]) => [name, t.dtype, t.shape, [...t.data]])).toEqual(wanted);
  });

  it('keeps hostile names apart from every prototype', () => {
    const names = ['__proto__', 'constructor', 'toString', '../x', 'dtype'];
    const header = names.map((name) => `"${name}":${tensor('[0]', '[0,0]')}`).join();
    const { tensors, metadata } = parseSafetensors(
      fileOf(`{${header},"__metadata__":{"__proto__":"p","constructor":"c"}}`),
    );
    expect([...tensors.keys()].sort()).toEqual([...names].sort());
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(({} as { dtype?: unknown }).dtype).toBeUndefined();
  });

  it('leaves __metadata__ out of the tensors', () => {
    expect(parseSafetensors(fileOf('{"__metadata__":{}}')).tensors.size).toBe(0);
  });
});

describe('what the format forbids', () => {
  const utf8 = (...codes: number[]): Uint8Array => Uint8Array.from(codes);
  const rejected: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /8 bytes of the header length, got 0/],
    [
      'a header length of 2^63',
      fileOf('{}', [], 2n ** 63n),
      /byte 0: .*at most 100000000 bytes, got 9223372036854775808/,
    ],
    ['a header length above the limit', fileOf('{}', [], 100_000_001n), /byte 0: .*got 100000001/],
    ['a header beyond the file', fileOf('{}', [], 3n), /byte 0: expected a header within the 10 bytes/],
    ['a header length of 0', fileOf('', bytes(4)), /byte 8: expected the header to start with '{'/],
    ['a blank before the header', fileOf(' {}'), /byte 8/],
    ['an array', fileOf('[]'), /byte 8/],
    ['a byte-order mark', fileOf(utf8(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), /byte 8/],
    ['bad UTF-8', fileOf(utf8(0x7b, 0x22, 0xff, 0x22, 0x7d)), /bytes 8 to 12: .*UTF-8/],
    ['overlong UTF-8', fileOf(utf8(0x7b, 0x22, 0xc0, 0x80, 0x22, 0x7d)), /UTF-8/],
    ['no JSON', fileOf('{x}'), /byte 9: expected a string, got "x"/],
    ['a cut header', fileOf('{"x":'), /byte 13: .*end of the header/],
    ['a cut string', fileOf('{"x'), /byte 11: .*end of the header/],
    ['a cut escape', fileOf('{"x\\'), /end of the header/],
    ['a bad escape', fileOf(`{"\\x":${tensor('[0]', '[0,0]')}}`), /byte 9: expected valid escapes/],
    ['half a surrogate pair', fileOf(`{"\\ud834":${tensor('[0]', '[0,0]')}}`), /byte 9: .*whole code points/],
    ['a control character in a string', fileOf(`{"a\n":${tensor('[0]', '[0,0]')}}`), /byte 11/],
    ['a comma at the end', fileOf('{"__metadata__":{},}'), /byte 27: expected a string, got "}"/],
    ['text after the header', fileOf('{} {'), /byte 11: expected only blanks/],
    ['a tensor that is not an object', fileOf('{"x":[]}'), /byte 13: expected '{', got "\["/],
    ['a byte named after two-byte characters', fileOf('{"ää":[]}'), /byte 16: expected '{'/],
    [
      'a duplicate tensor',
      fileOf(`{"x":${tensor('[0]', '[0,0]')},"x":${tensor('[0]', '[0,0]')}}`),
      /duplicate key "x"/,
    ],
    [
      'a duplicate under another spelling',
      fileOf(`{"x":${tensor('[0]', '[0,0]')},"\\u0078":${tensor('[0]', '[0,0]')}}`),
      /duplicate key "x"/,
    ],
    ['a duplicate in a tensor', fileOf('{"x":{"dtype":"F32","dtype":"F64"}}'), /duplicate key "dtype"/],
    ['duplicate metadata', fileOf('{"__metadata__":{"a":"1","a":"2"}}'), /byte 33: duplicate key "a"/],
    ['twice __metadata__', fileOf('{"__metadata__":{},"__metadata__":{}}'), /duplicate key "__metadata__"/],
    ['metadata that is not a string', fileOf('{"__metadata__":{"a":1}}'), /byte 29: expected a string/],
    ['metadata that nests', fileOf('{"__metadata__":{"a":{}}}'), /expected a string/],
    ['an unknown member', fileOf('{"x":{"kind":1}}'), /tensor "x": .*got "kind"/],
    [
      'a missing member',
      fileOf('{"x":{"dtype":"F32","shape":[]}}'),
      /tensor "x": expected dtype, shape and data_offsets/,
    ],
    [
      'an unknown dtype',
      fileOf(one('[1]', '[0,1]', 'F8_E4M3'), [0]),
      /tensor "x": expected dtype U64, .*got "F8_E4M3"/,
    ],
    ['a dtype of the prototype', fileOf(one('[1]', '[0,1]', 'constructor'), [0]), /got "constructor"/],
    ['one offset', fileOf(one('[0]', '[0]')), /expected 2 data_offsets, got 1/],
    ['three offsets', fileOf(one('[0]', '[0,0,0]')), /expected 2 data_offsets, got 3/],
    ['a negative offset', fileOf(one('[1]', '[-4,0]'), bytes(4)), /expected a non-negative integer, got "-"/],
    ['a fraction', fileOf(one('[1]', '[0,4.0]'), bytes(4)), /expected a non-negative integer, got "."/],
    ['an exponent', fileOf(one('[1]', '[0,4e0]'), bytes(4)), /non-negative integer/],
    ['1e400', fileOf(one('[1]', '[0,1e400]'), bytes(4)), /non-negative integer/],
    ['a leading zero', fileOf(one('[1]', '[0,04]'), bytes(4)), /without leading zeros/],
    [
      'an offset that JSON.parse would round',
      fileOf(one('[1]', '[0,9007199254740993]')),
      /below 2\^53, got 9007199254740993/,
    ],
    ['an offset of a thousand digits', fileOf(one('[1]', `[0,${'9'.repeat(1000)}]`)), /below 2\^53/],
    ['an offset in a string', fileOf(one('[1]', '[0,"4"]'), bytes(4)), /non-negative integer/],
    ['null', fileOf(one('[1]', 'null'), bytes(4)), /expected '\['/],
    [
      'an end before the begin',
      fileOf(`{"a":${tensor('[1]', '[0,4]')},"x":${tensor('[1]', '[4,0]')}}`, bytes(4)),
      /tensor "x": expected 4 bytes for F32 \[1\], got -4/,
    ],
    [
      'a hole at the start',
      fileOf(one('[1]', '[4,8]'), bytes(8)),
      /tensor "x": expected data from byte 0 on .*got 4/,
    ],
    [
      'a hole between',
      fileOf(`{"a":${tensor('[1]', '[0,4]')},"b":${tensor('[1]', '[8,12]')}}`, bytes(12)),
      /tensor "b": expected data from byte 4/,
    ],
    [
      'an overlap',
      fileOf(`{"a":${tensor('[2]', '[0,8]')},"b":${tensor('[2]', '[4,12]')}}`, bytes(12)),
      /tensor "b": expected data from byte 8/,
    ],
    [
      'the same data twice',
      fileOf(`{"a":${tensor('[1]', '[0,4]')},"b":${tensor('[1]', '[0,4]')}}`, bytes(4)),
      /tensor "b"/,
    ],
    [
      'bytes after the data',
      fileOf(one('[1]', '[0,4]'), bytes(5)),
      /expected 4 bytes of data after byte \d+, got 5/,
    ],
    ['too few bytes', fileOf(one('[1]', '[0,4]'), bytes(3)), /expected 4 bytes of data/],
    [
      'a size that differs from the shape',
      fileOf(one('[2]', '[0,4]'), bytes(4)),
      /expected 8 bytes for F32 \[2\], got 4/,
    ],
    [
      'a size that differs from the dtype',
      fileOf(one('[1]', '[0,4]', 'F64'), bytes(4)),
      /expected 8 bytes for F64/,
    ],
    [
      'a dimension of 2^53',
      fileOf(one('[9007199254740992]', '[0,4]'), bytes(4)),
      /below 2\^53, got 9007199254740992/,
    ],
    [
      'a product of 2^53',
      fileOf(one('[2,4503599627370496]', '[0,4]'), bytes(4)),
      /expected a size below 2\^53/,
    ],
    // ≡ 4 modulo 2^64: a reader that multiplies in 64 bits takes it for 4 values.
    [
      'a product that wraps around',
      fileOf(one('[4194305,4194305,211106198978564]', '[0,16]'), bytes(16)),
      /size below 2\^53/,
    ],
    ['bytes that wrap around', fileOf(one(`[${MAX}]`, '[0,4]'), bytes(4)), /size below 2\^53/],
    ['a negative dimension', fileOf(one('[-1]', '[0,4]'), bytes(4)), /non-negative integer/],
    ['65 axes', fileOf(one(`[${new Array(65).fill(1).join()}]`, '[0,4]'), bytes(4)), /at most 64 numbers/],
    [
      'a boolean of 2',
      fileOf(one('[3]', '[0,3]', 'BOOL'), [0, 1, 2]),
      /byte \d+: tensor "x": expected 0 or 1, got 2/,
    ],
  ];
  it.each(rejected)('%s', (_, file, message) => {
    const error = errorOf(() => parseSafetensors(file, { file: 'a.safetensors' }), 'data');
    expect(error.where).toBe('a.safetensors');
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(400);
  });

  it('names the function where no file is given', () => {
    expect(errorOf(() => parseSafetensors(new Uint8Array(3)), 'data').where).toBe(
      'checkpoint.parseSafetensors',
    );
  });

  it('does not follow deep nesting', () => {
    const deep = fileOf('{"x":' + '['.repeat(200_000));
    const started = process.cpuUsage();
    errorOf(() => parseSafetensors(deep), 'data');
    errorOf(() => parseSafetensors(fileOf('{"x":{"shape":' + '['.repeat(200_000))), 'data');
    // In processor time, which other work on the machine does not stretch: a linear scan takes some
    // milliseconds.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(0.5);
  });

  it('stops at the limit of tensors', () => {
    const header = Array.from({ length: 1001 }, (_, i) => `"${i}":${tensor('[0]', '[0,0]')}`).join();
    const file = fileOf(`{${header}}`);
    expect(parseSafetensors(file, { maxTensors: 1001 }).tensors.size).toBe(1001);
    expect(errorOf(() => parseSafetensors(file, { maxTensors: 1000 }), 'data').message).toMatch(
      /at most 1000 tensors/,
    );
  });
});

describe('damage', () => {
  it('every truncation is refused', () => {
    for (let n = 0; n < VALID.length; n++) errorOf(() => parseSafetensors(VALID.slice(0, n)), 'data');
    expect(parseSafetensors(VALID).tensors.size).toBe(2);
  });

  it('every flipped header bit is refused, or reads as another name or dtype of the same size', () => {
    const headerBits = 8 * (VALID.length - 9);
    let accepted = 0;
    for (let bit = 0; bit < headerBits; bit++) {
      const flipped = flipBit(VALID, bit);
      try {
        const { tensors } = parseSafetensors(flipped);
        accepted++;
        // Never lost or resized: two tensors, 9 bytes.
        expect([...tensors.values()].map(({ data }) => data.byteLength).sort()).toEqual([1, 8]);
      } catch (error) {
        errorOf(() => {
          throw error;
        }, 'data');
      }
    }
    expect(accepted).toBeLessThan(headerBits / 10);
  });

  it('is what we write, read back', () => {
    expect(parseSafetensors(toSafetensors(parseSafetensors(VALID).tensors))).toEqual(parseSafetensors(VALID));
  });
});

import { describe, expect, it } from 'vitest';
import { parseSafetensors, toSafetensors, type HostTensor } from '@iresnet/checkpoint';

/**
 * Written by safetensors 0.8.0 for Python: `safetensors.numpy.save(tensors, {'note': 'ä"\n'})` of
 * arrays of these dtypes, given in another order. `half` holds 1, -2, 65504, 6e-8 (rounded to
 * 2^-24) and infinity.
 */
const HEADER =
  '{"__metadata__":{"note":"ä\\"\\n"},' +
  '"l":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},' +
  '"wide":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},' +
  '"a.kernel":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},' +
  '"b.bias":{"dtype":"F32","shape":[3],"data_offsets":[32,44]},' +
  '"none":{"dtype":"F32","shape":[0,3],"data_offsets":[44,44]},' +
  '"i":{"dtype":"I32","shape":[2],"data_offsets":[44,52]},' +
  '"Ä𝄞":{"dtype":"I32","shape":[],"data_offsets":[52,56]},' +
  '"ﬀ":{"dtype":"I32","shape":[],"data_offsets":[56,60]},' +
  '"half":{"dtype":"F16","shape":[5],"data_offsets":[60,70]},' +
  '"u8":{"dtype":"U8","shape":[2],"data_offsets":[70,72]},' +
  '"a.flag":{"dtype":"BOOL","shape":[],"data_offsets":[72,73]}} ';
const DATA =
  '00000000000000f0' +
  '182d4454fb210940' +
  '0000803f000000400000404000008040' +
  '0000c03f000000c00000807f' +
  'f9ffffff07000000' +
  '01000000' +
  '02000000' +
  '003c00c0ff7b0100007c' +
  '00ff' +
  '01';
const FILE = Buffer.concat([
  Buffer.from('a002000000000000', 'hex'),
  Buffer.from(HEADER),
  Buffer.from(DATA, 'hex'),
]);

const TENSORS: [string, HostTensor][] = [
  ['l', { dtype: 'I64', shape: [1], data: BigInt64Array.of(-(2n ** 60n)) }],
  ['wide', { dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) }],
  ['a.kernel', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ['b.bias', { dtype: 'F32', shape: [3], data: Float32Array.of(1.5, -2, Infinity) }],
  ['none', { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) }],
  ['i', { dtype: 'I32', shape: [2], data: Int32Array.of(-7, 7) }],
  ['Ä𝄞', { dtype: 'I32', shape: [], data: Int32Array.of(1) }],
  ['ﬀ', { dtype: 'I32', shape: [], data: Int32Array.of(2) }],
  ['half', { dtype: 'F32', shape: [5], data: Float32Array.of(1, -2, 65504, 2 ** -24, Infinity) }],
  ['u8', { dtype: 'U8', shape: [2], data: Uint8Array.of(0, 255) }],
  ['a.flag', { dtype: 'BOOL', shape: [], data: Uint8Array.of(1) }],
];

describe('a file of the reference implementation', () => {
  it('is read value by value', () => {
    const { tensors, metadata } = parseSafetensors(FILE);
    expect([...tensors]).toEqual(TENSORS);
    expect({ ...metadata }).toEqual({ note: 'ä"\n' });
  });

  it('is read from the middle of a larger buffer, with memory of its own', () => {
    const shifted = new Uint8Array(FILE.length + 3);
    shifted.set(FILE, 3);
    const view = shifted.subarray(3);
    const { tensors } = parseSafetensors(view);
    shifted.fill(0);
    expect([...tensors]).toEqual(TENSORS);
  });

  it('has the bytes that we write for the same tensors in any order (without the half, which is widened)', () => {
    const ours = TENSORS.filter(([name]) => name !== 'half').reverse();
    const written = toSafetensors(new Map(ours), { note: 'ä"\n' });
    // The reference order and offsets, less the 10 bytes of `half` at offset 60.
    const header = HEADER.replace('"half":{"dtype":"F16","shape":[5],"data_offsets":[60,70]},', '')
      .replace('[70,72]', '[60,62]')
      .replace('[72,73]', '[62,63]')
      .trimEnd();
    const length = Buffer.byteLength(header);
    const padded = header + ' '.repeat((8 - (length % 8)) % 8);
    expect(Buffer.from(written.subarray(8)).toString('hex')).toBe(
      Buffer.from(padded).toString('hex') + DATA.replace('003c00c0ff7b0100007c', ''),
    );
    expect([...written.subarray(0, 8)]).toEqual([
      Buffer.byteLength(padded) & 255,
      Buffer.byteLength(padded) >> 8,
      ...[0, 0, 0, 0, 0, 0],
    ]);
  });
});

/**
 * Instructions of WebAssembly under the names of its text format. Each is a function from the code
 * of its operands to code, so an expression is built by nesting: `f32x4.add(local.get(0),
 * local.get(1))`. The numbers are those of the binary format
 * (https://webassembly.github.io/spec/core/binary/instructions.html).
 */

/** Bytes of code. An expression leaves one value on the stack; a statement leaves none. */
export type Code = readonly number[];

/** Types of locals, parameters and results. */
export const type = { i32: 0x7f, v128: 0x7b } as const;

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const byte = rest & 0x7f;
    // The last byte: all that is left is its sign, bit 6.
    if (rest >> 6 === 0 || rest >> 6 === -1) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const END = 0x0b;
/** A block that leaves no value. */
const NO_VALUE = 0x40;

export const local = {
  get: (index: number): Code => [0x20, ...leb(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...leb(index)],
  /** Set, and leave the value. */
  tee: (index: number, value: Code): Code => [...value, 0x22, ...leb(index)],
};

/**
 * Depth 0 of a branch is the innermost construct: a branch to a loop continues it, a branch to a
 * block leaves it.
 */
export const control = {
  block: (...body: readonly Code[]): Code => [0x02, NO_VALUE, ...body.flat(), END],
  loop: (...body: readonly Code[]): Code => [0x03, NO_VALUE, ...body.flat(), END],
  ifElse: (condition: Code, yes: Code, no: Code): Code => [
    ...condition,
    ...[0x04, NO_VALUE, ...yes, 0x05, ...no, END],
  ],
  branch: (depth: number): Code => [0x0c, ...leb(depth)],
  branchIf: (condition: Code, depth: number): Code => [...condition, 0x0d, ...leb(depth)],
  end: [END] as Code,
};

type Unary = (a: Code) => Code;
type Binary = (a: Code, b: Code) => Code;

const plain =
  (opcode: number): Binary =>
  (a, b) => [...a, ...b, opcode];

/** An instruction on vectors, which has a prefix. */
const vector = (opcode: number): Code => [0xfd, ...leb(opcode)];
const unary =
  (opcode: number): Unary =>
  (a) => [...a, ...vector(opcode)];
const binary =
  (opcode: number): Binary =>
  (a, b) => [...a, ...b, ...vector(opcode)];
/** A shift of every lane by a constant number of bits. */
const shift =
  (opcode: number) =>
  (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...vector(opcode)];

/** No alignment is promised: it is a hint, and arrays of bytes begin anywhere. */
const at = (offset: number): Code => [0, ...leb(offset)];
const load =
  (opcode: number) =>
  (address: Code, offset = 0): Code => [...address, ...vector(opcode), ...at(offset)];
const storeLane0 =
  (opcode: number) =>
  (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...vector(opcode),
    ...at(offset),
    0,
  ];

export const i32 = {
  const: (value: number): Code => [0x41, ...signedLeb(value)],
  geU: plain(0x4f),
  add: plain(0x6a),
  and: plain(0x71),
  shl: plain(0x74),
  load8U: (address: Code): Code => [...address, 0x2d, ...at(0)],
};

export const v128 = {
  const: (bytes: Uint8Array): Code => [...vector(0x0c), ...bytes],
  load: load(0x00),
  load32Splat: load(0x09),
  load32Zero: load(0x5c),
  load64Zero: load(0x5d),
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...vector(0x0b),
    ...at(offset),
  ],
  store8Lane0: storeLane0(0x58),
  store32Lane0: storeLane0(0x5a),
  store64Lane0: storeLane0(0x5b),
  not: unary(0x4d),
  and: binary(0x4e),
  or: binary(0x50),
  xor: binary(0x51),
  /** The bits of `a` where the mask is 1, those of `b` elsewhere. */
  bitselect: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...vector(0x52)],
  anyTrue: unary(0x53),
};

export const i8x16 = {
  /** Sixteen bytes of `a` (0 to 15) and `b` (16 to 31). */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [...a, ...b, ...vector(0x0d), ...lanes],
  narrowI16x8U: binary(0x66),
};

export const i16x8 = { narrowI32x4U: binary(0x86), extendLowI8x16U: unary(0x89) };

export const i32x4 = {
  splat: unary(0x11),
  ne: binary(0x38),
  extendLowI16x8U: unary(0xa9),
  shrU: shift(0xad),
};

export const i64x2 = { shl: shift(0xcb), shrU: shift(0xcd), add: binary(0xce), sub: binary(0xd1) };

export const f32x4 = {
  eq: binary(0x41),
  ne: binary(0x42),
  lt: binary(0x43),
  gt: binary(0x44),
  le: binary(0x45),
  ge: binary(0x46),
  demoteF64x2Zero: unary(0x5e),
  sqrt: unary(0xe3),
  add: binary(0xe4),
  sub: binary(0xe5),
  mul: binary(0xe6),
  div: binary(0xe7),
  min: binary(0xe8),
  max: binary(0xe9),
};

export const f64x2 = {
  lt: binary(0x49),
  promoteLowF32x4: unary(0x5f),
  abs: unary(0xec),
  add: binary(0xf0),
  sub: binary(0xf1),
  mul: binary(0xf2),
  div: binary(0xf3),
  /** `b < a ? b : a`: NaN in `a` stays. */
  pmin: binary(0xf6),
  /** `a < b ? b : a`: NaN in `a` stays. */
  pmax: binary(0xf7),
};

/** Four, two or sixteen zeros. */
export const ZERO = v128.const(new Uint8Array(16));

/**
 * Code that leaves one value on the WebAssembly stack. Plain bytes, so that an expression is built by concatenation;
 * {@link Loop.keep} names a value that is used more than once.
 */
export type Code = readonly number[];

/** How an array of the kernel lies in memory: float32 values, one byte each (0 or 1), or one float32 for all. */
export type Layout = 'f32' | 'byte' | 'scalar';

/** An exported function that takes so many 32-bit integers and answers one. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Declarations of locals, instructions and the final `end`. */
  readonly code: Code;
}

/** One exported loop `name(input0, input1, …, output, n)` over byte addresses; it answers 1 if {@link Loop.flag} saw anything. */
export interface LoopDefinition {
  readonly name: string;
  readonly inputs: readonly Layout[];
  readonly output: 'f32' | 'byte';
  readonly body: (loop: Loop, inputs: readonly Code[]) => Code;
}

export const I32 = 0x7f;
export const V128 = 0x7b;
const SIMD = 0xfd;

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

/** A SIMD instruction of the given number, applied to operands that are pushed first. */
export function simd(opcode: number, ...operands: readonly Code[]): Code {
  return [...operands.flat(), SIMD, ...leb(opcode)];
}

export const ZERO: Code = [SIMD, 0x0c, ...new Uint8Array(16)]; // v128.const
export const localGet = (index: number): Code => [0x20, ...leb(index)];
export const localSet = (index: number): Code => [0x21, ...leb(index)];
export const i32 = (value: number): Code => [0x41, value]; // −64 … 63

/** The locals of one loop under construction. */
export class Loop {
  private readonly prelude: number[] = [];
  private readonly constants = new Map<string, Code>();
  private body: number[] = [];
  private vectors = 0;

  constructor(private readonly firstVector: number) {}

  /** Compute `code` here, once, and read it later. */
  keep(code: Code): Code {
    const index = this.vector();
    this.body.push(...code, ...localSet(index));
    return localGet(index);
  }

  /** The same float64 in both lanes; put into a local before the loop, since engines rebuild constants at each use. */
  f64(value: number): Code {
    const bytes = new Uint8Array(new Float64Array([value, value]).buffer);
    return this.constant(bytes);
  }

  /** The same float32 in all four lanes. */
  f32(value: number): Code {
    return this.constant(new Uint8Array(new Float32Array(4).fill(value).buffer));
  }

  /** Remember that some lane of the mask was set: these values need the exact, slow path afterwards. */
  flag(mask: Code): void {
    this.body.push(...simd(0x50, localGet(this.firstVector), mask), ...localSet(this.firstVector));
  }

  private constant(bytes: Uint8Array): Code {
    const key = bytes.join();
    let read = this.constants.get(key);
    if (read === undefined) {
      const index = this.vector();
      this.prelude.push(SIMD, 0x0c, ...bytes, ...localSet(index));
      this.constants.set(key, (read = localGet(index)));
    }
    return read;
  }

  private vector(): number {
    return this.firstVector + ++this.vectors; // the first one gathers the flags
  }

  /** The whole function: four values at a time, then the rest one by one with the same formula. */
  static assemble(definition: LoopDefinition): WasmFunction {
    const { inputs, output, body } = definition;
    const pointers = [...inputs, output];
    const out = inputs.length;
    const count = out + 1;
    const end = out + 2;
    const loop = new Loop(out + 3);

    const strip = (wide: boolean): number[] => {
      loop.body = [];
      const result = body(
        loop,
        inputs.map((layout, index) => loop.keep(load(layout, wide, index))),
      );
      const advance = pointers.flatMap((layout, index) => {
        const step = (layout === 'f32' ? 4 : layout === 'byte' ? 1 : 0) * (wide ? 4 : 1);
        return step === 0 ? [] : [...localGet(index), ...i32(step), 0x6a, ...localSet(index)];
      });
      const store = [
        ...localGet(out),
        ...(output === 'byte' ? toBytes(result) : result),
        ...storing(output, wide),
      ];
      // block { loop { if (out >= end) break; …; continue } }
      const guard = [...localGet(out), ...localGet(end), 0x4f, 0x0d, 1];
      return [0x02, 0x40, 0x03, 0x40, ...guard, ...loop.body, ...store, ...advance, 0x0c, 0, 0x0b, 0x0b];
    };
    const shift = output === 'f32' ? 2 : 0;
    const setEnd = (length: Code): Code => [
      ...localGet(out),
      ...length,
      ...i32(shift),
      0x74, // i32.shl
      0x6a, // i32.add
      ...localSet(end),
    ];
    const wide = [...setEnd([...localGet(count), ...i32(-4 & 0x7f), 0x71]), ...strip(true)];
    const rest = [...setEnd([...localGet(count), ...i32(3), 0x71]), ...strip(false)];
    const seen = [...simd(0x53, localGet(loop.firstVector))]; // v128.any_true
    const locals = [2, 1, I32, ...leb(loop.vectors + 1), V128];
    const code = [...locals, ...loop.prelude, ...wide, ...rest, ...seen, 0x0b];
    return { name: definition.name, parameters: inputs.length + 2, code };
  }
}

function load(layout: Layout, wide: boolean, pointer: number): Code {
  const address = localGet(pointer);
  if (layout === 'f32' && wide) return [...address, SIMD, 0x00, 0, 0]; // v128.load
  if (layout !== 'byte') return [...address, SIMD, 0x09, 2, 0]; // v128.load32_splat
  // A byte becomes a lane of all zeros, or of all ones if it is not 0.
  const bytes: Code = wide ? [...address, SIMD, 0x5c, 0, 0] : [...address, 0x2d, 0, 0, SIMD, 0x11]; // load32_zero; i32x4.splat
  const lanes = wide ? simd(0xa9, simd(0x89, bytes)) : bytes; // extend 8 → 16 → 32 bits
  return simd(0x38, lanes, ZERO); // i32x4.ne
}

/** Lanes of all zeros and all ones become four bytes 0 and 1 in lane 0. */
function toBytes(mask: Code): Code {
  const words = simd(0xad, [...mask, ...i32(31)]); // i32x4.shr_u
  const halves = simd(0x86, words, ZERO); // i16x8.narrow_i32x4_u
  return simd(0x66, halves, ZERO); // i8x16.narrow_i16x8_u
}

function storing(output: 'f32' | 'byte', wide: boolean): Code {
  if (output === 'f32') return wide ? [SIMD, 0x0b, 0, 0] : [SIMD, 0x5a, 2, 0, 0]; // v128.store, v128.store32_lane
  return wide ? [SIMD, 0x5a, 0, 0, 0] : [SIMD, 0x58, 0, 0, 0]; // v128.store32_lane, v128.store8_lane
}

/** A WebAssembly module that imports `env.memory` and exports the functions. */
export function assembleModule(
  functions: readonly WasmFunction[],
  sharedMemory: boolean,
): Uint8Array<ArrayBuffer> {
  const name = (text: string): number[] => [...leb(text.length), ...new TextEncoder().encode(text)];
  const vector = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
  const section = (id: number, content: readonly number[]): number[] => [
    id,
    ...leb(content.length),
    ...content,
  ];

  const arities = [...new Set(functions.map((f) => f.parameters))];
  const types = arities.map((arity) => [0x60, ...vector(Array.from({ length: arity }, () => [I32])), 1, I32]);
  // A shared memory must name a maximum that is not below that of the memory given: 65536 pages are all there can be.
  const limits = sharedMemory ? [3, ...leb(0), ...leb(65536)] : [0, ...leb(0)];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...name('env'), ...name('memory'), 2, ...limits]])),
    ...section(3, vector(functions.map((f) => leb(arities.indexOf(f.parameters))))),
    ...section(7, vector(functions.map((f, index) => [...name(f.name), 0, ...leb(index)]))),
    ...section(10, vector(functions.map(({ code }) => [...leb(code.length), ...code]))),
  ]);
}

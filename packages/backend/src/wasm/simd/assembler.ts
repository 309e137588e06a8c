import { control, i16x8, i32, i32x4, i8x16, leb, local, type, v128, ZERO, type Code } from './instructions';

/**
 * How an array of a kernel lies in memory: float32 values, one byte each (0 or 1), or one float32
 * for all.
 */
export type Layout = 'f32' | 'byte' | 'scalar';

/** An exported function that takes so many 32-bit integers and returns one. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Declarations of locals, instructions and the final `end`. */
  readonly code: Code;
}

/** One loop under construction: what a formula may ask for besides instructions. */
export interface Loop {
  /** Compute `code` here, once, and read it later. */
  keep(code: Code): Code;
  /** The same float64 in both lanes. */
  f64(value: number): Code;
  /** The same float32 in all four lanes. */
  f32(value: number): Code;
  /**
   * Remember whether some lane of the mask was set: those values need the slow, exact path
   * afterwards.
   */
  flag(mask: Code): void;
}

/**
 * One exported function `name(input0, input1, …, output, n)` of byte addresses and a count. It
 * computes `body` for each of n values, and returns 1 if {@link Loop.flag} saw a set lane, else 0.
 */
export interface LoopDefinition {
  readonly name: string;
  readonly inputs: readonly Layout[];
  readonly output: 'f32' | 'byte';
  readonly body: (loop: Loop, inputs: readonly Code[]) => Code;
}

/**
 * The whole function: four values at a time, then the rest one by one with the same formula, hence
 * the same bits.
 */
export function assembleLoop({ name, inputs, output, body }: LoopDefinition): WasmFunction {
  const pointers = [...inputs, output];
  const [out, count, end] = [inputs.length, inputs.length + 1, inputs.length + 2];
  /** The first vector gathers the flags. */
  const flags = end + 1;
  let vectors = 1;
  const newVector = (): number => flags + vectors++;

  // Constants go into locals before the loop: engines rebuild a constant at each use.
  const prelude: number[] = [];
  const constants = new Map<string, Code>();
  const constant = (bytes: Uint8Array): Code => {
    const key = bytes.join();
    let read = constants.get(key);
    if (read === undefined) {
      const index = newVector();
      prelude.push(...local.set(index, v128.const(bytes)));
      constants.set(key, (read = local.get(index)));
    }
    return read;
  };

  /** `while (out < end) { body; advance }`, four values or one at a time. */
  const strip = (wide: boolean): Code => {
    const steps: number[] = [];
    const loop: Loop = {
      keep: (code) => {
        const index = newVector();
        steps.push(...local.set(index, code));
        return local.get(index);
      },
      f64: (value) => constant(new Uint8Array(new Float64Array(2).fill(value).buffer)),
      f32: (value) => constant(new Uint8Array(new Float32Array(4).fill(value).buffer)),
      flag: (mask) => {
        steps.push(...local.set(flags, v128.or(local.get(flags), mask)));
      },
    };
    const result = body(
      loop,
      inputs.map((layout, index) => loop.keep(load(layout, wide, local.get(index)))),
    );
    const advance = pointers.flatMap((layout, index) => {
      const bytes = { f32: 4, byte: 1, scalar: 0 }[layout] * (wide ? 4 : 1);
      return bytes === 0 ? [] : local.set(index, i32.add(local.get(index), i32.const(bytes)));
    });
    return control.block(
      control.loop(
        control.branchIf(i32.geU(local.get(out), local.get(end)), 1),
        steps,
        store(output, wide, local.get(out), result),
        advance,
        control.branch(0),
      ),
    );
  };
  const setEnd = (values: Code): Code => {
    const bytes = i32.shl(values, i32.const(output === 'f32' ? 2 : 0));
    return local.set(end, i32.add(local.get(out), bytes));
  };
  const wide = [...setEnd(i32.and(local.get(count), i32.const(-4))), ...strip(true)];
  const rest = [...setEnd(i32.and(local.get(count), i32.const(3))), ...strip(false)];
  const seen = v128.anyTrue(local.get(flags));
  const locals = [2, 1, type.i32, ...leb(vectors), type.v128];
  const code = [...locals, ...prelude, ...wide, ...rest, ...seen, ...control.end];
  return { name, parameters: inputs.length + 2, code };
}

/**
 * Four values, or one in all lanes. A byte becomes a lane of all zeros, or of all ones if it is not
 * 0.
 */
function load(layout: Layout, wide: boolean, address: Code): Code {
  if (layout === 'f32' && wide) return v128.load(address);
  if (layout !== 'byte') return v128.load32Splat(address);
  const lanes = wide
    ? i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(v128.load32Zero(address)))
    : i32x4.splat(i32.load8U(address));
  return i32x4.ne(lanes, ZERO);
}

/** Store four lanes or the first. As bytes, lanes of all zeros and all ones become 0 and 1. */
function store(output: 'f32' | 'byte', wide: boolean, address: Code, result: Code): Code {
  if (output === 'f32') return wide ? v128.store(address, result) : v128.store32Lane0(address, result);
  const words = i16x8.narrowI32x4U(i32x4.shrU(result, 31), ZERO);
  const bytes = i8x16.narrowI16x8U(words, ZERO);
  return wide ? v128.store32Lane0(address, bytes) : v128.store8Lane0(address, bytes);
}

/** A WebAssembly module that imports `env.memory` and exports the functions. */
export function assembleModule(
  functions: readonly WasmFunction[],
  sharedMemory: boolean,
): Uint8Array<ArrayBuffer> {
  const name = (text: string): number[] => [...leb(text.length), ...new TextEncoder().encode(text)];
  const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
  const section = (id: number, content: readonly number[]): number[] => [
    id,
    ...leb(content.length),
    ...content,
  ];
  /** The kinds of what a module imports and exports. */
  const kind = { function: 0, memory: 2 } as const;

  const arities = [...new Set(functions.map((f) => f.parameters))];
  const signature = (arity: number): number[] => [
    0x60, // a function type: parameters, results
    ...list(Array.from({ length: arity }, () => [type.i32])),
    ...list([[type.i32]]),
  ];
  // A shared memory must name a maximum that is not below that of the memory given: 65536 pages are
  // the most there can be.
  const limits = sharedMemory ? [3, ...leb(0), ...leb(65536)] : [0, ...leb(0)];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, list(arities.map(signature))),
    ...section(2, list([[...name('env'), ...name('memory'), kind.memory, ...limits]])),
    ...section(3, list(functions.map((f) => leb(arities.indexOf(f.parameters))))),
    ...section(7, list(functions.map((f, index) => [...name(f.name), kind.function, ...leb(index)]))),
    ...section(10, list(functions.map(({ code }) => [...leb(code.length), ...code]))),
  ]);
}

import { backend as currentBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { assembleLoop, assembleModule } from './simd/assembler';
import { loops } from './simd/loops';
import { productFunctions } from './simd/products';
import type { WasmBackend } from './replaceKernel';

/** A function of our module. Its arguments are byte addresses and counts. */
export type Kernel = (...addressesAndCounts: number[]) => number;

/**
 * The functions, bound to the memory of one backend. A backend that is started anew has a new
 * memory.
 */
let bound: { backend: WasmBackend; kernels: Readonly<Record<string, Kernel>> } | undefined;

/**
 * The functions of our SIMD module on the memory of this backend; undefined before {@link
 * bindKernels}.
 */
export function kernelsOf(backend: WasmBackend): Readonly<Record<string, Kernel>> | undefined {
  return bound?.backend === backend ? bound.kernels : undefined;
}

/**
 * Load the module for the running backend. False if its memory cannot be reached or the engine has
 * no SIMD.
 */
export async function bindKernels(): Promise<boolean> {
  const backend = currentBackend() as WasmBackend;
  if (bound?.backend === backend) return true;
  const memory = [backend.wasm.wasmMemory, ...Object.values(backend.wasm.asm ?? {})].find(
    (value) => value instanceof WebAssembly.Memory,
  );
  if (memory === undefined) return false;
  const shared =
    typeof SharedArrayBuffer !== 'undefined' && (memory.buffer as unknown) instanceof SharedArrayBuffer;
  const functions = [...loops.map(assembleLoop), ...productFunctions];
  const bytes = assembleModule(functions, shared);
  if (!WebAssembly.validate(bytes)) return false;
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  bound = { backend, kernels: instance.exports as Record<string, Kernel> };
  return true;
}

/**
 * The byte address of a tensor. A tensor of another backend moves to this one now, so ask before
 * the output is made.
 */
export function address(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

export function isFloat(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((t) => t.dtype === 'float32');
}

import { backend as currentBackend, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { assembleModule } from './simd/assembler';
import { arithmeticNames, comparisonNames, loops, unaryNames } from './simd/loops';
import { replaceWasmKernel, type WasmBackend } from './wasmBackend';

/** A loop of the module: byte addresses of the inputs and the output, then the number of values. */
type Kernel = (...addressesAndCount: number[]) => number;

/** The loops over the memory of one backend; a backend started anew has a new memory. */
let bound: { backend: WasmBackend; kernels: Record<string, Kernel> } | undefined;

const isFloat = (...tensors: TensorInfo[]): boolean => tensors.every((t) => t.dtype === 'float32');
const address = (backend: WasmBackend, tensor: TensorInfo): number =>
  backend.dataIdMap.get(tensor.dataId).memoryOffset;

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `out = f(x)`; where the loop saw values outside its range, `exact` repairs them. */
function unary(name: string, exact: ((x: number) => number) | undefined): void {
  replaceWasmKernel(name, ({ x }, _attrs, backend, original) => {
    if (bound?.backend !== backend || !isFloat(x!)) return original();
    const from = address(backend, x!); // first: a tensor of another backend moves here now
    const out = backend.makeOutput(x!.shape, 'float32');
    const flagged = bound.kernels[name]!(from, address(backend, out), util.sizeFromShape(x!.shape));
    if (flagged !== 0 && exact !== undefined) {
      repair(exact, backend.typedArrayFromHeap(x!), backend.typedArrayFromHeap(out));
    }
    return out;
  });
}

type Values = Float32Array | Int32Array | Uint8Array;

function repair(exact: (x: number) => number, from: Values, to: Values): void {
  for (let i = 0; i < from.length; i++) {
    const x = from[i]!;
    if (!(x > 0 && x < 1e6)) to[i] = exact(x); // the ranges of all flagged formulas contain this one
  }
}

/** `out = a ∘ b` for equal shapes and for a scalar on either side. */
function binary(name: string, dtype: 'float32' | 'bool'): void {
  replaceWasmKernel(name, ({ a, b }, _attrs, backend, original) => {
    if (bound?.backend !== backend || !isFloat(a!, b!)) return original();
    const same = sameShape(a!.shape, b!.shape);
    if (!same && a!.shape.length > 0 && b!.shape.length > 0) return original();
    const shape = a!.shape.length === 0 ? b!.shape : a!.shape;
    const left = address(backend, a!);
    const right = address(backend, b!);
    const out = backend.makeOutput(shape, dtype);
    const loop = same ? name : `${name}:${b!.shape.length === 0 ? 'right' : 'left'}`;
    bound.kernels[loop]!(left, right, address(backend, out), util.sizeFromShape(shape));
    return out;
  });
}

/**
 * Replace the elementwise kernels of the running wasm backend that are slow by loops of a SIMD module of our own, which
 * works on the memory of the backend. Operands that the loops do not cover (other dtypes, broadcasting of arrays) go to
 * the kernel that was there. Answers false where the memory cannot be reached or the engine has no SIMD.
 */
export async function accelerateElementwise(): Promise<boolean> {
  const backend = currentBackend() as WasmBackend;
  if (bound?.backend === backend) return true;
  const memory = [backend.wasm.wasmMemory, ...Object.values(backend.wasm.asm ?? {})].find(
    (value) => value instanceof WebAssembly.Memory,
  );
  if (memory === undefined) return false;
  const shared =
    typeof SharedArrayBuffer !== 'undefined' && (memory.buffer as unknown) instanceof SharedArrayBuffer;
  const bytes = assembleModule(loops, shared);
  if (!WebAssembly.validate(bytes)) return false;
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  bound = { backend, kernels: instance.exports as Record<string, Kernel> };

  for (const [name, exact] of Object.entries(unaryNames)) unary(name, exact);
  for (const name of arithmeticNames) binary(name, 'float32');
  for (const name of comparisonNames) binary(name, 'bool');
  replaceWasmKernel('LeakyRelu', ({ x }, attrs, backend, original) => {
    if (bound?.backend !== backend || !isFloat(x!)) return original();
    const from = address(backend, x!);
    const slope = backend.makeOutput([], 'float32');
    const out = backend.makeOutput(x!.shape, 'float32');
    backend.typedArrayFromHeap(slope)[0] = attrs['alpha'] as number;
    bound.kernels['LeakyRelu']!(
      from,
      address(backend, slope),
      address(backend, out),
      util.sizeFromShape(x!.shape),
    );
    backend.disposeData(slope.dataId);
    return out;
  });
  replaceWasmKernel('Select', ({ condition, t, e }, _attrs, backend, original) => {
    const covered = isFloat(t!, e!) && sameShape(condition!.shape, t!.shape) && sameShape(t!.shape, e!.shape);
    if (bound?.backend !== backend || !covered) return original();
    const inputs = [condition!, t!, e!].map((tensor) => address(backend, tensor));
    const out = backend.makeOutput(t!.shape, 'float32');
    bound.kernels['Select']!(...inputs, address(backend, out), util.sizeFromShape(t!.shape));
    return out;
  });
  return true;
}

import { util } from '@tensorflow/tfjs-core';
import { fallbacks, type Fallback } from './simd/formulas';
import { arithmeticNames, comparisonNames, unaryNames } from './simd/loops';
import { replaceWasmKernel } from './replaceKernel';
import { address, isFloat, kernelsOf } from './kernels';

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * `out = f(x)`. If the loop has flagged a value, the fallback computes the flagged values, and no
 * other.
 */
function unary(name: string): void {
  replaceWasmKernel(name, ({ x }, _attrs, backend, original) => {
    const kernels = kernelsOf(backend);
    if (!kernels || !isFloat(x!)) return original();
    const from = address(backend, x!); // before `out`: a tensor of another backend moves here now
    const out = backend.makeOutput(x!.shape, 'float32');
    const flagged = kernels[name]!(from, address(backend, out), util.sizeFromShape(x!.shape));
    const fallback = fallbacks[name];
    if (flagged !== 0 && fallback !== undefined) {
      repair(fallback, backend.typedArrayFromHeap(x!), backend.typedArrayFromHeap(out));
    }
    return out;
  });
}

type Values = Float32Array | Int32Array | Uint8Array;

function repair({ flags, exact }: Fallback, from: Values, to: Values): void {
  for (let i = 0; i < from.length; i++) if (flags(from[i]!)) to[i] = exact(from[i]!);
}

/** `out = a ∘ b`, for equal shapes and for a scalar on either side. */
function binary(name: string, dtype: 'float32' | 'bool'): void {
  replaceWasmKernel(name, ({ a, b }, _attrs, backend, original) => {
    const kernels = kernelsOf(backend);
    if (!kernels || !isFloat(a!, b!)) return original();
    const same = sameShape(a!.shape, b!.shape);
    if (!same && a!.shape.length > 0 && b!.shape.length > 0) return original();
    const shape = a!.shape.length === 0 ? b!.shape : a!.shape;
    const left = address(backend, a!);
    const right = address(backend, b!);
    const out = backend.makeOutput(shape, dtype);
    const loop = same ? name : `${name}:${b!.shape.length === 0 ? 'right' : 'left'}`;
    kernels[loop]!(left, right, address(backend, out), util.sizeFromShape(shape));
    return out;
  });
}

/**
 * Replace the slow elementwise kernels of the wasm backend by loops of our module. The loops do not
 * cover other dtypes and the broadcasting of arrays: such operands go to the original kernel.
 */
export function accelerateElementwise(): void {
  for (const name of unaryNames) unary(name);
  for (const name of arithmeticNames) binary(name, 'float32');
  for (const name of comparisonNames) binary(name, 'bool');
  replaceWasmKernel('LeakyRelu', ({ x }, attrs, backend, original) => {
    const kernels = kernelsOf(backend);
    if (!kernels || !isFloat(x!)) return original();
    const from = address(backend, x!);
    const slope = backend.makeOutput([], 'float32');
    const out = backend.makeOutput(x!.shape, 'float32');
    backend.typedArrayFromHeap(slope)[0] = attrs['alpha'] as number;
    kernels['LeakyRelu']!(from, address(backend, slope), address(backend, out), util.sizeFromShape(x!.shape));
    backend.disposeData(slope.dataId);
    return out;
  });
  replaceWasmKernel('Select', ({ condition, t, e }, _attrs, backend, original) => {
    const covered = isFloat(t!, e!) && sameShape(condition!.shape, t!.shape) && sameShape(t!.shape, e!.shape);
    const kernels = kernelsOf(backend);
    if (!kernels || !covered) return original();
    const inputs = [condition!, t!, e!].map((tensor) => address(backend, tensor));
    const out = backend.makeOutput(t!.shape, 'float32');
    kernels['Select']!(...inputs, address(backend, out), util.sizeFromShape(t!.shape));
    return out;
  });
}

import { getKernel, registerKernel, util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { fusedKernels } from '@iresnet/core/internal';
import { address, isFloat, kernelsOf } from './kernels';
import { multiply } from './matMul';
import type { WasmBackend } from './replaceKernel';

type Inputs = Readonly<Record<string, TensorInfo>>;
type Fused = (inputs: Inputs, backend: WasmBackend) => TensorInfo;

/** The result of one kernel after another, without what lies between. */
function inTurn(backend: WasmBackend, first: TensorInfo, second: (x: TensorInfo) => TensorInfo): TensorInfo {
  const result = second(first);
  backend.disposeData(first.dataId);
  return result;
}

function run(backend: WasmBackend, name: string, inputs: Inputs, attrs: NamedAttrMap = {}): TensorInfo {
  return getKernel(name, 'wasm').kernelFunc({ inputs, backend, attrs }) as TensorInfo;
}

/** x K + b: the bias comes to the sums before they are stored. */
const affine: Fused = ({ x, kernel, bias }, backend) => {
  const covered = isFloat(x!, kernel!, bias!) && util.sizeFromShape(kernel!.shape) > 0;
  const fused = covered && multiply(backend, x!, kernel!, {}, bias!);
  if (fused) return fused;
  const plain = { transposeA: false, transposeB: false };
  const product = run(backend, 'BatchMatMul', { a: x!, b: kernel! }, plain);
  return inTurn(backend, product, (a) => run(backend, 'Add', { a, b: bias! }));
};

/** x + a ⊙ b. */
const multiplyAdd: Fused = ({ x, a, b }, backend) => {
  const kernels = kernelsOf(backend);
  const same = util.arraysEqual(a!.shape, b!.shape) && util.arraysEqual(a!.shape, x!.shape);
  if (!kernels || !same || !isFloat(x!, a!, b!)) {
    const product = run(backend, 'Multiply', { a: a!, b: b! });
    return inTurn(backend, product, (b) => run(backend, 'Add', { a: x!, b }));
  }
  const inputs = [x!, a!, b!].map((tensor) => address(backend, tensor));
  const out = backend.makeOutput(x!.shape, 'float32');
  kernels['MultiplyAdd']!(...inputs, address(backend, out), util.sizeFromShape(x!.shape));
  return out;
};

/** Σ a ⊙ b over the first axis. */
const sumOfTimes: Fused = ({ a, b }, backend) => {
  const kernels = kernelsOf(backend);
  const [slices = 0, ...shape] = a!.shape;
  if (!kernels || !util.arraysEqual(a!.shape, b!.shape) || slices === 0 || !isFloat(a!, b!)) {
    const product = run(backend, 'Multiply', { a: a!, b: b! });
    return inTurn(backend, product, (x) => run(backend, 'Sum', { x }, { axis: [0], keepDims: false }));
  }
  const [left, right] = [address(backend, a!), address(backend, b!)];
  const out = backend.makeOutput(shape, 'float32');
  const [to, size] = [address(backend, out), util.sizeFromShape(shape)];
  kernels['Multiply']!(left, right, to, size);
  for (let at = 4 * size; at < 4 * size * slices; at += 4 * size)
    kernels['MultiplyAdd']!(to, left + at, right + at, to, size);
  return out;
};

/**
 * Kernels for pairs of ops that `@iresnet/core` asks for where a backend has them: one pass over
 * the memory for two.
 */
export function addFusedKernels(): void {
  const kernels = { affine, multiplyAdd, sumOfTimes };
  for (const [key, fused] of Object.entries(kernels) as [keyof typeof kernels, Fused][]) {
    const kernelName = fusedKernels[key];
    if ((getKernel(kernelName, 'wasm') as unknown) !== undefined) continue;
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, backend }) => fused(inputs as Inputs, backend as WasmBackend),
    });
  }
}

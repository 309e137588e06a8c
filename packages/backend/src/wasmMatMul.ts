import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceWasmKernel, type WasmBackend } from './wasmBackend';

/** Below this many multiplications per matrix, swapping the axes first costs more than it saves. */
const SMALL = 2048;

function swapLastAxes(backend: WasmBackend, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => i);
  perm[rank - 1] = rank - 2;
  perm[rank - 2] = rank - 1;
  return getKernel('Transpose', 'wasm').kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
}

/**
 * Products with a transposed operand as transposition, then product: the backend calls its fast matrix product only when
 * neither operand is transposed, and is nine times slower otherwise; its slow path also adds the
 * wrong entries of a fused bias (still so for a fused product of several matrices at once).
 */
export function accelerateMatMul(): void {
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    replaceWasmKernel(name, (inputs, attrs, backend, original) => {
      const { transposeA, transposeB } = attrs as { transposeA?: boolean; transposeB?: boolean };
      const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
      const inner = a.shape.at(transposeA ? -2 : -1)!;
      const work = inner * a.shape.at(transposeA ? -1 : -2)! * b.shape.at(transposeB ? -2 : -1)!;
      if (
        (!transposeA && !transposeB) ||
        (work < SMALL && name === 'BatchMatMul') ||
        a.dtype !== 'float32' ||
        b.dtype !== 'float32'
      ) {
        return original();
      }
      const swapped: TensorInfo[] = [];
      const plain = (x: TensorInfo, transposed = false): TensorInfo => {
        if (!transposed) return x;
        swapped.push(swapLastAxes(backend, x));
        return swapped.at(-1)!;
      };
      const plainInputs = { ...inputs, a: plain(a, transposeA), b: plain(b, transposeB) };
      const product = original(plainInputs, { ...attrs, transposeA: false, transposeB: false });
      for (const { dataId } of swapped) backend.disposeData(dataId);
      return product;
    });
  }
}

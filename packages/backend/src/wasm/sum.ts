import { util } from '@tensorflow/tfjs-core';
import { replaceWasmKernel } from './replaceKernel';
import { address, isFloat, kernelsOf } from './kernels';
import { writeProduct } from './matMul';

/** With so many columns or more, adding row by row is faster. */
const WIDE = 256;

/**
 * Whether the axes are the first ones, and not all. The others are then the columns of a matrix.
 */
function leading(axes: readonly number[], rank: number): boolean {
  return axes.length < rank && [...axes].sort((a, b) => a - b).every((axis, i) => axis === i);
}

/**
 * Sum over leading axes without the transposition that the backend makes: with few columns as the
 * product of a row of ones and the matrix, with many columns row by row.
 */
export function accelerateSum(): void {
  replaceWasmKernel('Sum', ({ x }, attrs, backend, original) => {
    const kernels = kernelsOf(backend);
    const { shape } = x!;
    const axes = util.parseAxisParam(attrs['axis'] as number | number[], shape as number[]);
    if (!kernels || !isFloat(x!) || !leading(axes, shape.length)) return original();
    const kept = shape.slice(axes.length);
    const [rows, columns] = [util.sizeFromShape(shape.slice(0, axes.length)), util.sizeFromShape(kept)];
    const from = address(backend, x!);
    const one = backend.makeOutput([], 'float32');
    const out = backend.makeOutput(attrs['keepDims'] ? [...axes.map(() => 1), ...kept] : kept, 'float32');
    backend.typedArrayFromHeap(one)[0] = 1;
    const to = address(backend, out);
    if (columns >= WIDE || rows === 0) backend.typedArrayFromHeap(out).fill(0);
    if (columns < WIDE) {
      const ones = { a: address(backend, one), aRow: 0, aStep: 0 };
      writeProduct(kernels, { ...ones, b: from, c: to, rows: 1, columns, terms: rows });
    } else {
      for (let row = 0; row < rows; row++) kernels['Add']!(to, from + 4 * row * columns, to, columns);
    }
    backend.disposeData(one.dataId);
    return out;
  });
}

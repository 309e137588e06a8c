import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { BLOCK_COLUMNS } from './simd/products';
import { replaceWasmKernel, type WasmBackend } from './replaceKernel';
import { address, isFloat, kernelsOf, type Kernel } from './kernels';

/** Below this many multiplications per matrix, swapping the axes first costs more than it saves. */
const SMALL = 2048;
/** Most columns of B: beyond, its rows lie so far apart that packing them, as the backend does, pays. */
const MOST_COLUMNS = 256;
/** Terms summed before the next block is taken, so that the rows of A and B in use stay in the cache. */
const TERMS = 256;

function swapLastAxes(backend: WasmBackend, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => i);
  perm[rank - 1] = rank - 2;
  perm[rank - 2] = rank - 1;
  return getKernel('Transpose', 'wasm').kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
}

/** Which operand of a product is given transposed. */
interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** A product of two matrices: byte addresses, sizes, and the bytes from one row and from one term of A to the next. */
interface Product {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  readonly aRow: number;
  readonly aStep: number;
}

/** C = A B of at least one term, in strips of columns; what no strip or block covers takes smaller ones. */
export function writeProduct(kernels: Readonly<Record<string, Kernel>>, product: Product): void {
  const { a, b, c, rows, columns, terms, aRow, aStep } = product;
  const row = 4 * columns;
  const [blocks, rest] = [Math.floor(rows / 4), rows % 4];
  const done = 4 * blocks;
  for (let term = 0; term < terms; term += TERMS) {
    const count = Math.min(TERMS, terms - term);
    const more = term > 0 ? 1 : 0;
    const from = a + term * aStep;
    let column = 0;
    for (const width of BLOCK_COLUMNS) {
      if (columns - column < width) continue;
      const block = kernels[`Product4x${width}`]!;
      const remainder = kernels[`Product${rest}x${width}`]!; // never called without rest
      for (; columns - column >= width; column += width) {
        const strip = b + term * row + 4 * column;
        const to = c + 4 * column;
        if (blocks > 0) block(from, strip, to, count, blocks, aRow, aStep, row, row, more);
        if (rest > 0)
          remainder(from + done * aRow, strip, to + done * row, count, 1, aRow, aStep, row, row, more);
      }
    }
  }
}

/** A B or Aᵀ B by our own module, without packing B and without transposing A; null where it is not loaded or not the faster one. */
function multiply(
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA = false, transposeB = false }: Transposed,
): TensorInfo | null {
  const kernels = kernelsOf(backend);
  const plain = a.shape.length === 2 && b.shape.length === 2 && isFloat(a, b);
  const columns = b.shape[transposeB ? 0 : 1]!;
  if (!kernels || !plain || columns > MOST_COLUMNS) return null;
  if (transposeA && columns < 4 && a.shape[1]! > columns) {
    // (BᵀA)ᵀ: few columns fill no vector, so let A have them.
    const swapped = multiply(backend, b, a, { transposeA: !transposeB, transposeB: false });
    return swapped && disposing(backend, [swapped], () => swapLastAxes(backend, swapped));
  }
  if (transposeB) {
    const right = swapLastAxes(backend, b);
    return disposing(backend, [right], () => multiply(backend, a, right, { transposeA, transposeB: false }));
  }
  const [left, right] = [address(backend, a), address(backend, b)];
  const [terms, rows] = (transposeA ? a.shape : [...a.shape].reverse()) as [number, number];
  const out = backend.makeOutput([rows, columns], 'float32');
  if (terms === 0) backend.typedArrayFromHeap(out).fill(0);
  const [aRow, aStep] = transposeA ? [4, 4 * rows] : [4 * terms, 4];
  writeProduct(kernels, { a: left, b: right, c: address(backend, out), rows, columns, terms, aRow, aStep });
  return out;
}

function disposing<T>(backend: WasmBackend, tensors: readonly TensorInfo[], use: () => T): T {
  const result = use();
  for (const { dataId } of tensors) backend.disposeData(dataId);
  return result;
}

/**
 * Products with a transposed operand as transposition, then product: the backend calls its fast matrix product only when
 * neither operand is transposed, and is nine times slower otherwise; its slow path also adds the
 * wrong entries of a fused bias (still so for a fused product of several matrices at once). Products of two matrices that are not
 * wide are computed by our own module: the backend packs B at every new B.
 */
export function accelerateMatMul(): void {
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    replaceWasmKernel(name, (inputs, attrs, backend, original) => {
      const { transposeA, transposeB } = attrs as Transposed;
      const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
      const inner = a.shape.at(transposeA ? -2 : -1)!;
      if (inner !== b.shape.at(transposeB ? -1 : -2)) return original(); // which refuses it
      const own = name === 'BatchMatMul' ? multiply(backend, a, b, attrs as Transposed) : null;
      if (own) return own;
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

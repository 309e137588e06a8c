import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { BLOCK_COLUMNS } from './simd/products';
import { replaceWasmKernel, type WasmBackend } from './replaceKernel';
import { address, isFloat, kernelsOf, type Kernel } from './kernels';

/** With fewer multiplications per matrix, swapping the axes first costs more than it saves. */
const SMALL = 2048;
/**
 * The most columns of B. With more, its rows lie so far apart that packing pays, as the backend
 * does it.
 */
const MOST_COLUMNS = 256;
/**
 * Terms to sum before the next block begins, so that the rows of B in use stay in the cache; of a
 * transposed A all rows are in use as well.
 */
const mostTerms = (transposed: boolean, rows: number, columns: number): number =>
  transposed ? Math.max(32, Math.floor(2 ** 13 / (rows + columns))) : 256;

function swapLastAxes(backend: WasmBackend, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => i);
  perm[rank - 1] = rank - 2;
  perm[rank - 2] = rank - 1;
  return getKernel('Transpose', 'wasm').kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
}

/** Which operand of a product comes transposed. */
interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * A product of two matrices: byte addresses, sizes, and the bytes from one row or term of A to the
 * next.
 */
interface Product {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  readonly aRow: number;
  readonly aStep: number;
  /** The address of a row of values that is added to every row. */
  readonly bias?: number;
}

/**
 * C = A B, or A B with a bias, of at least one term, in strips of columns. The remainder takes
 * narrower strips and lower blocks.
 */
export function writeProduct(kernels: Readonly<Record<string, Kernel>>, product: Product): void {
  const { a, b, c, rows, columns, terms, aRow, aStep, bias = 0 } = product;
  const row = 4 * columns;
  const [blocks, rest] = [Math.floor(rows / 4), rows % 4];
  const done = 4 * blocks;
  const most = mostTerms(aRow < aStep, rows, columns);
  for (let term = 0; term < terms; term += most) {
    const count = Math.min(most, terms - term);
    const more = term > 0 ? 1 : 0;
    const last = term + count === terms ? bias : 0;
    const from = a + term * aStep;
    let column = 0;
    for (const width of BLOCK_COLUMNS) {
      if (columns - column < width) continue;
      const block = kernels[`Product4x${width}`]!;
      const remainder = kernels[`Product${rest}x${width}`]!; // never called without rest
      for (; columns - column >= width; column += width) {
        const strip = b + term * row + 4 * column;
        const to = c + 4 * column;
        const added = last && last + 4 * column;
        if (blocks > 0) block(from, strip, to, count, blocks, aRow, aStep, row, row, more, added);
        if (rest > 0) {
          const [a, c] = [from + done * aRow, to + done * row];
          remainder(a, strip, c, count, 1, aRow, aStep, row, row, more, added);
        }
      }
    }
  }
}

/**
 * A B or Aᵀ B by our module, without packing B or transposing A, plus a bias for each column. Null
 * if it is not loaded or would be slower.
 */
export function multiply(
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA = false, transposeB = false }: Transposed,
  bias?: TensorInfo,
): TensorInfo | null {
  const kernels = kernelsOf(backend);
  const plain = a.shape.length === 2 && b.shape.length === 2 && isFloat(a, b);
  const columns = b.shape[transposeB ? 0 : 1]!;
  if (!kernels || !plain || columns > MOST_COLUMNS) return null;
  if (transposeA && !bias && columns < 4 && a.shape[1]! > columns) {
    // AᵀB = (BᵀA)ᵀ: few columns do not fill a vector, so let A be on the right.
    const swapped = multiply(backend, b, a, { transposeA: !transposeB, transposeB: false });
    return swapped && disposing(backend, [swapped], () => swapLastAxes(backend, swapped));
  }
  if (transposeB) {
    const right = swapLastAxes(backend, b);
    return disposing(backend, [right], () =>
      multiply(backend, a, right, { transposeA, transposeB: false }, bias),
    );
  }
  const [left, right] = [address(backend, a), address(backend, b)];
  const added = bias && address(backend, bias);
  const [terms, rows] = (transposeA ? a.shape : [...a.shape].reverse()) as [number, number];
  const out = backend.makeOutput([rows, columns], 'float32');
  if (terms === 0) backend.typedArrayFromHeap(out).fill(0);
  const [aRow, aStep] = transposeA ? [4, 4 * rows] : [4 * terms, 4];
  const sizes = { rows, columns, terms, aRow, aStep };
  writeProduct(kernels, {
    a: left,
    b: right,
    c: address(backend, out),
    ...sizes,
    ...(added && { bias: added }),
  });
  return out;
}

function disposing<T>(backend: WasmBackend, tensors: readonly TensorInfo[], use: () => T): T {
  const result = use();
  for (const { dataId } of tensors) backend.disposeData(dataId);
  return result;
}

/**
 * Compute products of two matrices by our module, unless B is wide: the backend packs each new B.
 *
 * In the other products, transpose first and multiply then. The backend calls its fast product only
 * if neither operand is transposed, and is nine times slower otherwise. Its slow path also adds the
 * wrong entries of a fused bias; a fused product of several matrices at once still takes that path.
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

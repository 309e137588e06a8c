import { checkTensor, ensure, readProven } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  addScaled,
  complexFrobenius,
  complexMatrix,
  gramOfRows,
  scaleInPlace,
  type ComplexMatrix,
} from './complex';
import { ensureFinite } from './ensureFinite';
import { aboveRounding, ROUNDING } from './rounding';

/** The matrix of one tap, at row y and column x of the kernel. */
interface Tap {
  readonly y: number;
  readonly x: number;
  readonly values: Float64Array;
}

/** A kernel on the host. */
export interface Taps {
  readonly height: number;
  readonly width: number;
  /** The rows of each tap, at most as many as columns: a transposed matrix has the same norm. */
  readonly rows: number;
  readonly columns: number;
  readonly taps: readonly Tap[];
}

/** Read a kernel back, refused unless it is `[kh, kw, in, out]` and finite. */
export function readKernel(where: string, kernel: Tensor): Taps {
  checkTensor(where, 'kernel', kernel);
  ensure(kernel.rank === 4, where, () => `expected a kernel [kh, kw, in, out], got shape [${kernel.shape}]`);
  const [height, width, inputs, outputs] = kernel.shape as [number, number, number, number];
  const values = readProven(where, kernel);
  ensureFinite(where, values);
  const size = inputs * outputs;
  const taps = Array.from({ length: height * width }, (_, k) => {
    const tap = Float64Array.from(values.subarray(k * size, (k + 1) * size));
    if (inputs > outputs) {
      for (let i = 0; i < inputs; i++)
        for (let j = 0; j < outputs; j++) tap[j * inputs + i] = values[k * size + i * outputs + j]!;
    }
    return { y: Math.floor(k / width), x: k % width, values: tap };
  });
  return { height, width, rows: Math.min(inputs, outputs), columns: Math.max(inputs, outputs), taps };
}

/**
 * max ‖K̂(2πa/h, 2πb/w)‖ over the frequencies of a grid `[h, w]`, bounded by `steps` Gram
 * iterations and rounded up.
 */
export function boundOnGrid(
  { taps, rows, columns }: Taps,
  grid: readonly [number, number],
  steps: number,
): number {
  const work = { grams: [complexMatrix(rows, rows), complexMatrix(rows, rows)] as const, steps };
  let largest = 0;
  forEachTransferMatrix(taps, grid, complexMatrix(rows, columns), (matrix) => {
    largest = Math.max(largest, gramIteration(matrix, largest, work));
  });
  // The rounding of the iteration is relative. That of the transfer matrices is not, because taps
  // may cancel.
  const size = taps.reduce(
    (total, { values }) => total + Math.sqrt(values.reduce((sum, k) => sum + k * k, 0)),
    0,
  );
  return aboveRounding(largest, steps, rows, columns) + ROUNDING * (taps.length + 8) * size;
}

/** Visit K̂(2πa/h, 2πb/w). The kernel is real, so that one frequency of each pair ±ω is enough. */
function forEachTransferMatrix(
  taps: readonly Tap[],
  [h, w]: readonly [number, number],
  matrix: ComplexMatrix,
  visit: (matrix: ComplexMatrix) => void,
): void {
  for (let a = 0; a < h; a++) {
    for (let b = 0; b < w; b++) {
      if (a * w + b > ((h - a) % h) * w + ((w - b) % w)) continue;
      matrix.re.fill(0);
      matrix.im.fill(0);
      for (const { y, x, values } of taps) {
        // Whole turns are taken out exactly.
        const angle = 2 * Math.PI * (((a * y) % h) / h + ((b * x) % w) / w);
        addScaled(matrix, Math.cos(angle), -Math.sin(angle), values);
      }
      visit(matrix);
    }
  }
}

/** The Gram bound of ‖M‖₂; it stops early once the bound is at most `enough`. */
function gramIteration(
  matrix: ComplexMatrix,
  enough: number,
  { grams, steps }: { grams: readonly [ComplexMatrix, ComplexMatrix]; steps: number },
): number {
  let [gram, next] = grams;
  gramOfRows(matrix, gram);
  let logScale = 0; // log of the factor taken out of gram
  for (let t = 0; ; t++) {
    const size = complexFrobenius(gram);
    if (size === 0) return 0;
    const bound = Math.exp((Math.log(size) + logScale) / 2 ** (t + 1));
    if (t === steps || bound <= enough) return bound;
    scaleInPlace(gram, 1 / size);
    logScale = 2 * (logScale + Math.log(size));
    gramOfRows(gram, next);
    [gram, next] = [next, gram];
  }
}
